"""Checks the reference against itself: `python Tests/Reference/self_check.py`. No test framework; status 1 on a fault.

Values by plain loops over numpy arrays, gradients by finite differences in float64.
"""

import copy
import math
import sys

import numpy as np
import torch
from torch.func import functional_call

from fixtures.draw import Draw
from fixtures.training import BATCH, cut, initial, schedule
from reference import losses
from reference.networks import DiverseAttention, MutualInformationEstimator, SelfAttention, maximum_then_mean
from reference.stages import Training

torch.manual_seed(0)
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def draw(seed=1):
    return Draw(seed, torch.float64)


def near(a, b, tolerance=1e-12):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    assert a.shape == b.shape, f"{a.shape} is not {b.shape}"
    assert np.abs(a - b).max() <= tolerance * max(1.0, np.abs(b).max()), f"off by {np.abs(a - b).max()}"


def softmax(v):
    e = [math.exp(x - max(v)) for x in v]
    return [x / sum(e) for x in e]


def normalized(rows, weight, bias):
    """Training-mode batch norm of rows [N][C], by loops."""
    rows = np.array(rows)
    out = np.zeros_like(rows)
    for c in range(rows.shape[1]):
        mean = sum(rows[:, c]) / len(rows)
        variance = sum((rows[:, c] - mean) ** 2) / len(rows)
        out[:, c] = (rows[:, c] - mean) / math.sqrt(variance + 1e-5) * weight[c] + bias[c]
    return out


def gradients_agree(module, inputs, function):
    """Finite differences of `function(module's outputs)` in the inputs and in every parameter."""
    names = [name for name, _ in module.named_parameters()]
    parameters = [parameter.detach().clone().requires_grad_() for parameter in module.parameters()]
    buffers = dict(module.named_buffers())

    def scalar(*values):
        inner = dict(zip(names, values[:len(names)])) | {name: value.clone() for name, value in buffers.items()}
        return function(lambda *x: functional_call(module, inner, x), *values[len(names):])

    assert torch.autograd.gradcheck(scalar, (*parameters, *inputs), eps=1e-6, atol=1e-7, rtol=1e-5)


@check
def self_attention_is_equation_one():
    d = draw()
    module, x = d.fill(SelfAttention(3)).double(), d.normal(4, 3, 2, 2, 3)
    out, maps = module(x)
    B, C, T, H, W = x.shape
    v, ys, ms = x.numpy(), [], []
    for b in range(B):
        for t in range(T):
            places = [(h, w) for h in range(H) for w in range(W)]
            m = softmax([sum(v[b, c, t, h, w] for c in range(C)) / C for h, w in places])
            ms.append(m)
            ys.append([sum(m[p] * v[b, c, t, h, w] for p, (h, w) in enumerate(places)) for c in range(C)])
    z = normalized(ys, module.norm.weight.tolist(), module.norm.bias.tolist())
    near(maps.detach(), np.array(ms).reshape(B, T, H * W))
    near(out.detach(), v + z.reshape(B, T, C).transpose(0, 2, 1)[..., None, None])


@check
def diverse_attention_is_its_equations():
    d = draw(2)
    module, x = d.fill(DiverseAttention(3, 3, 4)).double(), d.normal(5, 3, 3, 2, 2)
    out, maps = module(x)
    state = {name: value.detach().numpy() for name, value in module.state_dict().items()}
    before = {name: value.numpy() for name, value in d_state(2).items()}
    v, want = x.numpy(), x.numpy().copy()
    B, C, T, H, W = v.shape
    P = H * W
    flat = v.reshape(B, C, T, P)
    for k in range(T):
        if k == 0:
            m = [softmax([sum(flat[b, :, k, p]) / C for p in range(P)]) for b in range(B)]
        else:
            weight, bias = before[f"score.{k}.weight"], before[f"score.{k}.bias"]
            scores = [[sum(weight[c] * flat[b, c, k, p] for c in range(C)) + bias[0] for p in range(P)]
                      for b in range(B)]
            mix, shift = before[f"mix.{k}.weight"], before[f"mix.{k}.bias"]
            mixed = [[sum(mix[q, p] * scores[b][p] for p in range(P)) + shift[q] for q in range(P)] for b in range(B)]
            rows = normalized(mixed, before[f"mix_norm.{k}.weight"], before[f"mix_norm.{k}.bias"])
            m = [softmax(list(row)) for row in rows]
        near(maps[:, k].detach(), m)
        y = [[sum(m[b][p] * flat[b, c, k, p] for p in range(P)) for c in range(C)] for b in range(B)]
        want[:, :, k] += normalized(y, before[f"norm.{k}.weight"], before[f"norm.{k}.bias"])[:, :, None, None]
        near(state[f"norm.{k}.running_mean"],
             0.9 * before[f"norm.{k}.running_mean"] + 0.1 * np.mean(y, axis=0))
        near(state[f"norm.{k}.running_var"],
             0.9 * before[f"norm.{k}.running_var"] + 0.1 * np.var(y, axis=0, ddof=1))
    near(out.detach(), want)


def d_state(seed):
    return draw(seed).fill(DiverseAttention(3, 3, 4)).double().state_dict()


@check
def divergence_is_equations_two_and_six():
    maps = torch.softmax(draw().normal(3, 4, 5), dim=2)
    total = 0.0
    for sample in maps.tolist():
        for k in range(1, 4):
            for l in range(k):
                total -= (1 - sum(a * b for a, b in zip(sample[k], sample[l]))) / k / 3
    near(losses.divergence(maps), total / 3)
    same = torch.full((2, 6, 4), 0.25, dtype=torch.float64)
    near(losses.divergence(same), -0.75)  # 1 - 4/16, averaged twice
    apart = torch.eye(6, dtype=torch.float64)[None]
    near(losses.divergence(apart), -1)    # disjoint maps are as diverse as can be


@check
def mutual_information_is_the_donsker_varadhan_bound():
    d = draw()
    mine = d.fill(MutualInformationEstimator(6, hidden=4)).double()
    identity, motion, shuffle = d.normal(4, 3), d.normal(4, 3), d.derangement(4)
    w1, b1, w2, b2 = (p.detach().numpy() for p in mine.parameters())
    leaky = lambda x: np.where(x > 0, x, 0.01 * x)

    def T(i, j):
        joined = np.concatenate([motion[j], identity[i]])
        return leaky(w2 @ leaky(w1 @ joined + b1) + b2)[0]

    want = np.mean([T(i, i) for i in range(4)]) - math.log(np.mean([math.exp(T(shuffle[j], j)) for j in range(4)]))
    near(losses.mutual_information(mine, identity, motion, shuffle).detach(), want)


@check
def maximum_then_mean_is_per_frame():
    x = draw().normal(2, 3, 4, 2, 3)
    near(maximum_then_mean(x), x.numpy().max(axis=(3, 4)).mean(axis=2))


@check
def attention_gradients_are_finite_differences():
    d = draw(5)
    for module, shape in ((SelfAttention(3), (3, 3, 2, 2, 2)), (DiverseAttention(3, 3, 4), (4, 3, 3, 2, 2))):
        x, weight = d.normal(*shape).requires_grad_(), d.normal(*shape)
        module = d.fill(module).double()
        gradients_agree(module, [x], lambda call, x: (call(x)[0] * weight).sum() + losses.divergence(call(x)[1]))


@check
def divergence_gradient_is_finite_differences():
    maps = torch.softmax(draw().normal(3, 4, 5), dim=2).requires_grad_()
    assert torch.autograd.gradcheck(losses.divergence, (maps,))


@check
def mutual_information_gradient_is_finite_differences():
    d = draw(7)
    mine = d.fill(MutualInformationEstimator(6, hidden=5)).double()
    features, shuffle = [d.normal(4, 3).requires_grad_() for _ in range(2)], d.derangement(4)
    gradients_agree(mine, features, lambda call, identity, motion:
                    losses.mutual_information(call, identity, motion, shuffle))


@check
def the_first_ascent_is_the_plain_gradient():
    d = draw(8)
    mine = d.fill(MutualInformationEstimator(6)).double()
    identity, motion, shuffle = d.normal(5, 3), d.normal(5, 3), d.derangement(5)
    surrogate, average, _ = losses.ascent_surrogate(mine, identity, motion, shuffle, None)
    plain = torch.autograd.grad(-losses.mutual_information(mine, identity, motion, shuffle), list(mine.parameters()))
    for a, b in zip(torch.autograd.grad(surrogate, list(mine.parameters())), plain):
        near(a, b)
    near(average, losses.log_mean_exp(mine(identity[shuffle], motion)).detach())


@check
def later_ascents_divide_by_the_moving_average():
    d = draw(9)
    mine = d.fill(MutualInformationEstimator(6)).double()
    linear, average = None, None
    for _ in range(4):
        identity, motion, shuffle = d.normal(5, 3, scale=9), d.normal(5, 3, scale=9), d.derangement(5)
        surrogate, average, _ = losses.ascent_surrogate(mine, identity, motion, shuffle, average)
        current = np.mean([math.exp(t) for t in mine(identity[shuffle], motion).tolist()])
        linear = current if linear is None else 0.99 * linear + 0.01 * current
        near(average, math.log(linear))
        got = torch.autograd.grad(surrogate, list(mine.parameters()))
        want = [torch.zeros_like(p) for p in mine.parameters()]
        for i in range(5):  # -mean_i dT(d_i, e_i) + mean_j e^T_j dT_j / E, pair by pair
            for first, factor in ((i, None), (shuffle[i].item(), linear)):
                t = mine(identity[first:first + 1], motion[i:i + 1])[0]
                share = -1 / 5 if factor is None else math.exp(t.item()) / factor / 5
                for w, g in zip(want, torch.autograd.grad(t, list(mine.parameters()))):
                    w += share * g
        for a, b in zip(got, want):
            near(a, b, 1e-10)


@check
def a_step_moves_what_its_stage_trains_and_nothing_else():
    *networks, pool = initial(3)
    batch = cut(pool, torch.arange(BATCH), schedule(3)["shuffle"][0]).to(torch.float64)
    trained = {1: {"idnet"}, 2: {"menet", "mine"}, 3: {"idnet", "mine"}, 4: {"menet", "mine"}}
    for stage, moves in trained.items():
        menet, idnet, mine = (copy.deepcopy(network).double() for network in networks)
        training = Training(menet, idnet, mine)
        before = {name: copy.deepcopy(getattr(training, name).state_dict()) for name in ("menet", "idnet", "mine")}
        step = training.step(stage, batch)
        for name, state in before.items():
            after = getattr(training, name).state_dict()
            same = all(torch.equal(state[key], after[key]) for key in state)
            assert same == (name not in moves), f"stage {stage}: {name}"
            tracked = [key for key in state if key.endswith("num_batches_tracked")]
            assert all(after[key] == state[key] + (name in moves) for key in tracked), f"stage {stage}: {name}"
        if stage > 1:  # the loss saw MINE's new weights
            outputs = step.outputs
            information = losses.mutual_information(
                training.mine, outputs["identity_feature"], outputs["motion_feature"], batch.shuffle)
            near(information.item(), step.losses["mutualInformation"])


@check
def the_tensor_names_are_the_designs():
    names = set(DiverseAttention(8, 3, 4).state_dict())
    norm = ("weight", "bias", "running_mean", "running_var", "num_batches_tracked")
    want = {f"norm.{k}.{n}" for k in range(3) for n in norm}
    want |= {f"mix_norm.{k}.{n}" for k in (1, 2) for n in norm}
    want |= {f"{part}.{k}.{n}" for part in ("score", "mix") for k in (1, 2) for n in ("weight", "bias")}
    assert names == want, names ^ want
    shapes = {name: list(value.shape) for name, value in DiverseAttention(8, 3, 4).state_dict().items()}
    assert shapes["score.1.weight"] == [8] and shapes["score.1.bias"] == [1] and shapes["mix.1.weight"] == [4, 4]


@check
def distance_correlation_is_its_definition():
    d = draw()
    groups = [0, 1, 0, 2, 1, 0]
    one, other = d.normal(6, 4), d.normal(6, 3)
    one[:, 1] = 2
    centred = []
    for feature in (one.numpy(), other.numpy()):
        B, C = feature.shape
        mean = [sum(feature[:, c]) / B for c in range(C)]
        sd = [math.sqrt(sum((feature[:, c] - mean[c]) ** 2) / B) for c in range(C)]
        z = np.array([[(feature[i, c] - mean[c]) / (sd[c] + 1e-3 * max(sd) + 1e-6) for c in range(C)]
                      for i in range(B)])
        z -= np.array([np.mean([z[j] for j in range(B) if groups[j] == groups[i]], axis=0) for i in range(B)])
        a = [[math.sqrt(max(sum((z[i] - z[j]) ** 2), 1e-10)) for j in range(B)] for i in range(B)]
        row = [sum(a[i]) / B for i in range(B)]
        centred.append([[a[i][j] - row[i] - row[j] + sum(row) / B for j in range(B)] for i in range(B)])
    product = [[sum(x * y for i in range(6) for x, y in zip(m[i], n[i])) for n in centred] for m in centred]
    expected = product[0][1] / math.sqrt(product[0][0] * product[1][1])
    near(losses.distance_correlation(one, other, torch.tensor(groups)).item(), expected)


def main():
    failed = 0
    for claim in CHECKS:
        try:
            claim()
            print(f"right  {claim.__name__}")
        except Exception as fault:
            failed += 1
            print(f"WRONG  {claim.__name__}: {fault}")
    print(f"{len(CHECKS) - failed} of {len(CHECKS)} checks are right")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
