"""Cross-entropy, divergence, mutual information, and the bias-corrected gradient of MINE's ascent."""

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
