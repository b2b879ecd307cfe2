"""The parts of TorchModel: a blueprint's towers, slots and attention in torch."""
