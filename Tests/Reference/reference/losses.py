"""Cross-entropy, divergence, mutual information, the bias-corrected gradient of MINE's ascent, distance correlation."""

import math

import torch
import torch.nn.functional as F


def cross_entropy(logits, labels):
    """logits [B, classes], labels [B] -> the mean over the batch."""
    return F.cross_entropy(logits, labels)


def divergence(maps):
    """L_div (Eq. 2 and 6), maps [B, T, P] -> the mean over the batch.

    -1/(T-1) * sum over k = 1..T-1 of (1/k) * sum over l < k of (1 - M_k . M_l)
    """
    frames = maps.shape[1]
    total = torch.zeros(maps.shape[0], dtype=maps.dtype)
    for k in range(1, frames):
        inner = torch.zeros_like(total)
        for l in range(k):
            inner = inner + (1 - (maps[:, k] * maps[:, l]).sum(dim=1))
        total = total + inner / k
    return (-total / (frames - 1)).mean()


def log_mean_exp(t):
    """t [B] -> logsumexp_j t_j - log B."""
    return torch.logsumexp(t, dim=0) - math.log(t.shape[0])


def mutual_information(mine, identity_feature, motion_feature, shuffle):
    """I, the Donsker-Varadhan bound (Eq. 3): mean_i T(d_i, e_i) - log mean_j exp T(d_pi(j), e_j)."""
    joint = mine(identity_feature, motion_feature)
    marginal = mine(identity_feature[shuffle], motion_feature)
    return joint.mean() - log_mean_exp(marginal)


def updated_average(average, current):
    """The moving average of E[e^T] in the log domain, decay 0.99; the first batch's value starts it."""
    if average is None:
        return current
    return torch.logaddexp(math.log(0.99) + average, math.log(0.01) + current)


def ascent_surrogate(mine, identity_feature, motion_feature, shuffle, average):
    """What MINE's Adam descends: its gradient is that of -I with the denominator of the second term replaced.

    d(-I)/dw = -mean_i dT_i/dw + mean_j(e^T_j dT_j/dw) / E, where E is the moving average of E[e^T], the
    present batch included (Belghazi et al. 2018, section 3.2). Returns the surrogate, the new average (log
    domain) and the value of I itself.
    """
    joint = mine(identity_feature, motion_feature)
    marginal = mine(identity_feature[shuffle], motion_feature)
    current = log_mean_exp(marginal).detach()
    average = updated_average(average, current)
    surrogate = -joint.mean() + torch.exp(marginal - average).mean()
    return surrogate, average, (joint.mean() - current).detach()


def standardized(feature, groups=None):
    """z = (f - mean) / (sd + 1e-3 max sd + 1e-6), mean and sd over the batch and constants for the gradient, less the
    mean of z within each group; feature [B, C], groups [B]."""
    mean, deviation = feature.mean(dim=0).detach(), feature.std(dim=0, unbiased=False).detach()
    z = (feature - mean) / (deviation + 1e-3 * deviation.max() + 1e-6)
    if groups is None:
        groups = torch.zeros(len(z), dtype=torch.int64)
    same = (groups[:, None] == groups[None, :]).to(z.dtype)
    return z - same @ z / same.sum(dim=1, keepdim=True)


def centred_distances(z):
    """sqrt(max(|z_i - z_j|^2, 1e-10)), less row mean, less column mean, plus mean; [B, B]."""
    square = (z[:, None] - z[None, :]).square().sum(dim=2)
    distances = square.clamp_min(1e-10).sqrt()
    return distances - distances.mean(dim=0, keepdim=True) - distances.mean(dim=1, keepdim=True) + distances.mean()


def distance_correlation(one, other, groups=None):
    """r, the squared distance correlation of two features in a batch, given the groups; in float64 throughout."""
    a, b = (centred_distances(standardized(feature.double(), groups)) for feature in (one, other))
    norms = [m.square().sum().clamp_min(1e-18).sqrt() for m in (a, b)]
    return ((a * b).sum() / (norms[0] * norms[1])).to(one.dtype)
