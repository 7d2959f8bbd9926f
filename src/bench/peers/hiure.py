"""HiURE's training step in PyTorch, and its layers of exemplars by scikit-learn's affinity propagation."""

import copy
import warnings

import numpy
import sklearn
import torch
import torch.nn.functional as F
import transformers
from side import THREADS, serve
from sklearn.cluster import AffinityPropagation

PLACES = [1, 5, 9, 12]
NEGATIVES = 511
CLUSTERS = [20, 40, 80]
TAU = 0.05


def unit(x):
    return F.normalize(x, dim=1)


def step_of(options):
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    hidden = options["hidden"]
    vocabulary = options.get("vocabulary", 30522)
    config = transformers.BertConfig(
        vocab_size=vocabulary,
        hidden_size=hidden,
        num_hidden_layers=options["layers"],
        num_attention_heads=options["heads"],
        intermediate_size=4 * hidden,
        attn_implementation="sdpa",
    )
    propulsion = transformers.BertModel(config, add_pooling_layer=False)
    momentum = copy.deepcopy(propulsion)
    size = (options["batch"], options["length"])
    batch = {
        "input_ids": torch.randint(1, vocabulary, size),
        "attention_mask": torch.ones(size, dtype=torch.long),
        "token_type_ids": torch.zeros(size, dtype=torch.long),
    }
    width = len(PLACES) * hidden
    queue = unit(torch.randn(NEGATIVES, width))
    exemplars = [unit(torch.randn(count, width)) for count in CLUSTERS]
    assigned = [torch.randint(0, count, (size[0],)) for count in CLUSTERS]
    optimiser = torch.optim.AdamW(propulsion.parameters(), lr=1e-5, weight_decay=0)
    propulsion.train()
    momentum.train()

    def vectors(encoder):
        states = encoder(**batch).last_hidden_state
        return unit(torch.cat([states[:, place] for place in PLACES], dim=1))

    def step():
        optimiser.zero_grad()
        with torch.no_grad():
            keys = vectors(momentum)
        anchors = vectors(propulsion)
        logits = torch.cat([(anchors * keys).sum(1, keepdim=True), anchors @ queue.T], 1) / TAU
        loss = F.cross_entropy(logits, torch.zeros(size[0], dtype=torch.long))
        for layer, own in zip(exemplars, assigned):
            loss = loss + F.cross_entropy(anchors @ layer.T / TAU, own) / len(exemplars)
        loss.backward()
        optimiser.step()
        with torch.no_grad():
            for slow, fast in zip(momentum.parameters(), propulsion.parameters()):
                slow.mul_(0.999).add_(fast, alpha=0.001)
        loss.item()

    return step


def layers_of(options):
    warnings.simplefilter("ignore")
    points = numpy.fromfile(options["file"], dtype=numpy.float32).reshape(options["points"], options["dim"])

    def layers():
        features = points
        preferences = None
        for layer in range(3):
            squares = (features**2).sum(1)
            similarity = 2 * features @ features.T - squares[:, None] - squares[None, :]
            if preferences is None:
                apart = similarity[~numpy.eye(len(points), dtype=bool)]
                preferences = numpy.linspace(apart.min(), numpy.median(apart), 3)
            found = AffinityPropagation(
                affinity="precomputed",
                preference=preferences[layer],
                damping=0.5,
                max_iter=60,
                convergence_iter=61,
                random_state=0,
            ).fit(similarity)
            centres = features[found.cluster_centers_indices_]
            attention = numpy.exp(10 * centres @ centres.T)
            attention /= attention.sum(1, keepdims=True)
            features = features + 0.1 * (attention @ centres)[numpy.maximum(found.labels_, 0)]

    return layers


def make(options):
    return step_of(options) if options["task"] == "step" else layers_of(options)


serve(make, {"torch": torch.__version__, "scikit-learn": sklearn.__version__})
