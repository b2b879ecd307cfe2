"""One GGUF file into another type: `requantize.py SOURCE TARGET Q4_0|Q8_0`."""

import sys
from ctypes import byref

import llama_cpp

TYPES = {
    "Q4_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q4_0,
    "Q8_0": llama_cpp.LLAMA_FTYPE_MOSTLY_Q8_0,
}


def main() -> None:
    source, target, kind = sys.argv[1:]
    params = llama_cpp.llama_model_quantize_default_params()
    params.ftype = TYPES[kind]
    params.allow_requantize = True
    code = llama_cpp.llama_model_quantize(
        source.encode(), target.encode(), byref(params)
    )
    sys.exit(int(code))


if __name__ == "__main__":
    main()
