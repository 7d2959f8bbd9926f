"""Pair vectors with localized context as in ATLOP's model (document by document), and classwise kNN, in PyTorch."""

import torch
import torch.nn.functional as F
from side import THREADS, serve

KS = [1, 3, 5, 10, 20]


def pairs_of(options):
    documents, length, entities = options["documents"], options["length"], options["entities"]
    last = torch.rand(documents, length, options["hidden"], requires_grad=True)
    attention = torch.rand(documents, options["heads"], length, length).softmax(-1).requires_grad_()
    mentions = options["mentions"]
    places = torch.randint(1, length - 1, (documents, mentions))
    members = [[i for i in range(mentions) if i % entities == e] for e in range(entities)]
    weights = torch.zeros(entities, mentions)
    for e, own in enumerate(members):
        weights[e, own] = 1 / len(own)
    both = [(s, o) for s in range(entities) for o in range(entities) if s != o]
    heads = torch.tensor([s for s, _ in both])
    tails = torch.tensor([o for _, o in both])

    def run():
        last.grad = attention.grad = None
        parts = []
        for i in range(documents):
            # one gather a document: indexing mention by mention makes its gradient many times slower
            marked = last[i][places[i]]
            states = torch.stack([torch.logsumexp(marked[own], dim=0) for own in members])
            attended = torch.einsum("em,hml->ehl", weights, attention[i][:, places[i]])
            shared = (attended[heads] * attended[tails]).mean(1)
            shared = shared / (shared.sum(1, keepdim=True) + 1e-5)
            parts.append(torch.cat([states[heads], states[tails], shared @ last[i]], 1))
        loss = torch.cat(parts).square().sum()
        loss.backward()
        loss.item()

    return run


def search_of(options):
    points, dim, relations = options["points"], options["dim"], options["relations"]
    known = torch.rand(points, dim) - 0.5
    labels = torch.where(torch.rand(points) < 0.8, 0, torch.randint(1, relations, (points,)))
    queries = torch.rand(options["queries"], dim) - 0.5

    def run():
        asked = F.normalize(queries, dim=1)
        scores = []
        for relation in range(relations):
            members = F.normalize(known[labels == relation], dim=1)
            best = (asked @ members.T).topk(min(max(KS), len(members)), dim=1).values
            scores.append(torch.stack([best[:, :k].mean(1) for k in KS]))
        torch.stack(scores).sum().item()

    return run


def make(options):
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    return pairs_of(options) if options["task"] == "pairs" else search_of(options)


serve(make, {"torch": torch.__version__})
