"""FineCL's pre-training step in PyTorch: weighted relation discrimination by averaging matrices, and masked language."""

import random

import torch
import torch.nn.functional as F
import transformers
from side import THREADS, serve

MENTION = 3


def roles_of(classes, most):
    by_class = {}
    for row, one in enumerate(classes):
        by_class.setdefault(one, []).append(row)
    pairs = []
    for rows in by_class.values():
        for at in range(len(rows) // 2):
            a, b = rows[2 * at], rows[2 * at + 1]
            pairs += [(a, b), (b, a)]
    mask = torch.zeros(len(pairs), len(classes))
    for at, (anchor, _) in enumerate(pairs):
        others = [row for row, one in enumerate(classes) if one != classes[anchor]]
        for row in random.sample(others, min(most, len(others))):
            mask[at, row] = 1
    return pairs, mask


def make(options):
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    random.seed(0)
    transformers.logging.set_verbosity_error()
    size, length, hidden = options["batch"], options["length"], options["hidden"]
    entities, relations = options["entities"], options["relations"]
    vocabulary = options.get("vocabulary", 30522)
    config = transformers.BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=options["layers"],
        num_attention_heads=options["heads"],
        intermediate_size=4 * hidden,
        attn_implementation="sdpa",
    )
    model = transformers.BertForMaskedLM(config)
    ids = torch.randint(1, vocabulary, (size, length))
    mask = torch.ones(size, length, dtype=torch.long)
    spread = (length - 2) // entities
    average = torch.zeros(size, entities, length)
    for entity in range(entities):
        start = 1 + entity * spread
        average[:, entity, start : start + MENTION] = 1 / MENTION
    ends = torch.tensor(
        [
            [document * entities + one for one in random.sample(range(entities), 2)]
            for document in range(size)
            for _ in range(relations)
        ]
    )
    pairs, negatives = roles_of(
        [random.randrange(options["classes"]) for _ in range(len(ends))], options["negatives"]
    )
    anchors = torch.tensor([a for a, _ in pairs])
    positives = torch.tensor([b for _, b in pairs])
    weights = 1 + 1.7 * torch.rand(len(ends))
    masked = torch.randperm(size * length)[: int(0.15 * size * length)]
    targets = ids.view(-1)[masked]
    decayed = [p for p in model.parameters()]
    optimiser = torch.optim.AdamW(decayed, lr=5e-5, weight_decay=1e-5)
    model.train()

    def step():
        optimiser.zero_grad()
        last = model.bert(ids, mask).last_hidden_state
        states = (average @ last).reshape(size * entities, hidden)
        vectors = F.normalize(states[ends].reshape(len(ends), 2 * hidden), dim=1)
        scores = vectors[anchors] @ vectors.T / 0.05
        positive = scores.gather(1, positives[:, None]).squeeze(1)
        weighted = torch.where(negatives > 0, scores + weights.log()[None, :], torch.tensor(-torch.inf))
        whole = torch.logsumexp(torch.cat([positive[:, None], weighted], 1), 1)
        contrast = (weights[anchors] * (whole - positive)).mean()
        logits = model.cls(last.reshape(size * length, hidden)[masked])
        loss = contrast + F.cross_entropy(logits, targets)
        loss.backward()
        optimiser.step()
        loss.item()

    return step


serve(make, {"torch": torch.__version__})
