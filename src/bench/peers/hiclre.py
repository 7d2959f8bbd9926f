"""HiCLRE in PyTorch: a training step with three contrasts, and the scores of bags with every relation as a query."""

import math

import torch
import torch.nn.functional as F
import transformers
from side import THREADS, serve
from torch import nn

TAU = 0.05
EPSILON = 2
WEIGHTS = {"task": 0.4, "bag": 0.4, "sentence": 0.1, "entity": 0.1}


class Layer(nn.Module):
    """One target level: attention with queries and keys of two levels, an MLP, and the join of eq. 11."""

    def __init__(self, dim, heads):
        super().__init__()
        self.heads = heads
        self.query, self.key = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.value, self.out = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.wide, self.narrow = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.join = nn.Linear(2 * dim, dim)

    def forward(self, query, key, target):
        bags, places, dim = target.shape

        def split(x):
            return x.view(bags, places, self.heads, dim // self.heads).transpose(1, 2)

        seen = F.scaled_dot_product_attention(
            split(self.query(query)), split(self.key(key)), split(self.value(target))
        )
        seen = self.out(seen.transpose(1, 2).reshape(bags, places, dim))
        return self.join(torch.cat([target, self.narrow(F.gelu(self.wide(seen)))], 2))


class Model(nn.Module):
    def __init__(self, options):
        super().__init__()
        dim = options["hidden"]
        config = transformers.BertConfig(
            vocab_size=2000,
            hidden_size=dim,
            num_hidden_layers=options["layers"],
            num_attention_heads=options["heads"],
            intermediate_size=4 * dim,
            attn_implementation="sdpa",
        )
        self.encoder = transformers.BertModel(config, add_pooling_layer=False)
        self.sentence = nn.Linear(3 * dim, dim)
        self.entity = nn.Linear(2 * dim, dim)
        self.bag_layer, self.sentence_layer = Layer(dim, 4), Layer(dim, 4)
        self.diagonal = nn.Parameter(torch.ones(dim))
        self.classifier = nn.Linear(dim, options["relations"])
        self.dropout = nn.Dropout(0.5)

    def states(self, batch):
        last = self.encoder(**batch).last_hidden_state
        entity = torch.cat([last[:, 2:5].mean(1), last[:, 8:11].mean(1)], 1)
        return entity, last[:, 0]

    def sentences(self, entity, context):
        return torch.tanh(self.sentence(torch.cat([entity, context], 1)))

    def bags(self, sentence, entity, queries):
        """Rows `[bags, n, dim]`, entities `[bags, n, 2 dim]`, queries `[bags, dim]`."""
        shares = torch.softmax(torch.einsum("bnd,d,bd->bn", sentence, self.diagonal, queries), 1)
        weighted = sentence * shares.unsqueeze(2)
        entities = self.entity(entity)
        bag = self.bag_layer(sentence, entities, weighted)
        fresh = self.sentence_layer(weighted, entities, sentence)
        again = torch.softmax(torch.einsum("bnd,d,bd->bn", fresh, self.diagonal, queries), 1)
        return (bag.sum(1) + (again.unsqueeze(2) * fresh).sum(1)) / 2


def contrast(anchor, positive):
    own = F.cosine_similarity(anchor, positive).unsqueeze(1)
    unit = F.normalize(anchor, dim=1)
    others = unit @ unit.T
    others = others.masked_fill(torch.eye(len(others), dtype=torch.bool), -math.inf)
    logits = torch.cat([own, others], 1) / TAU
    return F.cross_entropy(logits, torch.zeros(len(logits), dtype=torch.long))


def make(options):
    torch.set_num_threads(THREADS)
    torch.manual_seed(0)
    transformers.logging.set_verbosity_error()
    bags, n, dim = options["bags"], options["sentences"], options["hidden"]
    relations = options["relations"]
    model = Model(options)
    size = (bags * n, options["length"])
    batch = {
        "input_ids": torch.randint(1, 2000, size),
        "attention_mask": torch.ones(size, dtype=torch.long),
        "token_type_ids": torch.zeros(size, dtype=torch.long),
    }
    labels = torch.randint(0, relations, (bags,))
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01)

    def rows(x):
        return x.view(bags, n, -1)

    def step():
        model.train()
        optimiser.zero_grad()
        entity, context = model.states(batch)
        sentence = model.sentences(entity, context)
        bag = model.bags(rows(sentence), rows(entity), model.classifier.weight[labels])
        losses = {"task": F.cross_entropy(model.classifier(model.dropout(bag)), labels)}
        # The gradient of the task loss by each level's representation, from the states on: no way through BERT.
        own = entity.detach().requires_grad_()
        middle = model.sentences(own, context.detach())
        top = model.bags(rows(middle), rows(own), model.classifier.weight[labels])
        loss = F.cross_entropy(model.classifier(top), labels, reduction="sum")
        slopes = torch.autograd.grad(loss, [own, middle, top])
        levels = {"entity": entity, "sentence": sentence, "bag": bag}
        for (name, anchor), slope in zip(levels.items(), slopes):
            losses[name] = contrast(anchor, anchor + EPSILON * F.normalize(slope, dim=1))
        sum(WEIGHTS[name] * value for name, value in losses.items()).backward()
        optimiser.step()

    def scores():
        model.eval()
        with torch.no_grad():
            for begin in range(0, bags, 32):
                count = min(32, bags - begin)
                part = {name: x[begin * n : (begin + count) * n] for name, x in batch.items()}
                entity, context = model.states(part)
                sentence = model.sentences(entity, context).view(count, n, dim)
                each = sentence.repeat_interleave(relations, 0)
                entities = entity.view(count, n, 2 * dim).repeat_interleave(relations, 0)
                queries = model.classifier.weight.repeat(count, 1)
                logits = model.classifier(model.bags(each, entities, queries))
                shares = torch.softmax(logits, 1).view(count, relations, relations)
                shares.diagonal(dim1=1, dim2=2).numpy()

    return step if options["task"] == "step" else scores


serve(make, {"torch": torch.__version__, "transformers": transformers.__version__})
