"""A train step or an inference of a BERT with random weights: PyTorch and transformers, as their users run them."""

import torch
import torch.nn.functional as F
import transformers
from side import THREADS, serve

VOCABULARY = 30522
CLASSES = 19


def make(options):
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    hidden = options["hidden"]
    vocabulary = options.get("vocabulary", VOCABULARY)
    config = transformers.BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=options["layers"],
        num_attention_heads=options["heads"],
        intermediate_size=4 * hidden,
        hidden_dropout_prob=0.1,
        attention_probs_dropout_prob=0.1,
        attn_implementation="sdpa",
    )
    encoder = transformers.BertModel(config, add_pooling_layer=False)
    size = (options["batch"], options["length"])
    batch = {
        "input_ids": torch.randint(1, vocabulary, size),
        "attention_mask": torch.ones(size, dtype=torch.long),
        "token_type_ids": torch.zeros(size, dtype=torch.long),
    }
    if options["task"] == "inference":
        encoder.eval()

        def infer():
            with torch.inference_mode():
                encoder(**batch).last_hidden_state[0, 0, 0].item()

        return infer

    head = torch.nn.Linear(2 * hidden, CLASSES)
    labels = torch.randint(0, CLASSES, (options["batch"],))
    encoder.train()
    parameters = [*encoder.parameters(), *head.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=5e-5, weight_decay=0.01)

    def step():
        optimiser.zero_grad()
        states = encoder(**batch).last_hidden_state
        logits = head(torch.cat([states[:, 1], states[:, 5]], dim=1))
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimiser.step()
        loss.item()

    return step


serve(make, {"torch": torch.__version__, "transformers": transformers.__version__})
