"""Between words and token ids: prompts on the way in, text on the way out."""
