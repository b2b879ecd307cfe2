"""Blueprints run by a C program on the CPU, without torch."""
