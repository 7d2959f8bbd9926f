"""Sentences into ids and offsets by the Rust tokenizer, on one thread."""

import json

import tokenizers
from side import serve


def make(options):
    tokenizer = tokenizers.Tokenizer.from_file(options["tokenizer"])
    tokenizer.no_padding()
    tokenizer.no_truncation()
    with open(options["sentences"], encoding="utf-8") as lines:
        sentences = json.load(lines)

    count = options["slice"]
    start = 0

    def work():
        nonlocal start
        pieces = 0
        for encoding in tokenizer.encode_batch(sentences[start : start + count]):
            pieces += len(encoding.ids) + len(encoding.offsets)
        start = (start + count) % len(sentences)
        return pieces

    return work


serve(make, {"tokenizers": tokenizers.__version__})
