"""One training step of each of the four stages (Table 4)."""

from dataclasses import dataclass

import torch

from . import losses


@dataclass
class Batch:
    menet_clips: torch.Tensor  # [B, 3, T, H, W]
    idnet_clips: torch.Tensor  # [B, 3, T, h, w]
    emotion: torch.Tensor      # [B], int64
    identity: torch.Tensor     # [B], int64
    shuffle: torch.Tensor      # [B], int64: pi, a derangement

    def to(self, dtype):
        return Batch(self.menet_clips.to(dtype), self.idnet_clips.to(dtype), self.emotion, self.identity, self.shuffle)


@dataclass
class Step:
    """What one step computed. `gradients` are what each Adam descends: the trained network's, and `mine.*` of -I."""
    losses: dict
    outputs: dict
    gradients: dict


def adam(module):
    return torch.optim.Adam(module.parameters(), lr=1e-4, betas=(0.9, 0.999), eps=1e-8)


def attention_maps(maps):
    return {} if maps is None else {"attention_maps": maps.detach()}


class Training:
    """The three networks, an Adam each, and MINE's moving average (log domain, None before the first ascent).

    With `decoupling="distance-correlation"` MINE takes no part; `given` is None or "emotion".
    """

    def __init__(self, menet, idnet, mine, divergence_weight=0.1, mutual_information_weight=0.1,
                 decoupling="mutual-information", given=None):
        self.menet, self.idnet, self.mine = menet, idnet, mine
        self.menet_adam, self.idnet_adam, self.mine_adam = adam(menet), adam(idnet), adam(mine)
        self.average = None
        self.divergence_weight = divergence_weight
        self.mutual_information_weight = mutual_information_weight
        self.decoupling, self.given = decoupling, given

    def step(self, stage, batch):
        if stage == 1:
            return self.identity_step(batch)
        if stage == 3:
            return self.identity_step_against_motion(batch)
        return self.motion_step(batch)

    def identity_step(self, batch):
        """Stage 1: IDNet, CE_d."""
        self.idnet.train()
        logits, feature, _ = self.idnet(batch.idnet_clips)
        cross_entropy = losses.cross_entropy(logits, batch.identity)
        gradients = self.descend(self.idnet, self.idnet_adam, cross_entropy)
        return Step(
            losses={"crossEntropy": cross_entropy.item(), "total": cross_entropy.item()},
            outputs={"logits": logits.detach(), "identity_feature": feature.detach()},
            gradients=gradients)

    def motion_step(self, batch):
        """Stages 2 and 4: MENet, CE_e + 0.1 L_div + 0.1 I, IDNet frozen in evaluation mode."""
        self.menet.train()
        self.idnet.eval()
        with torch.no_grad():
            _, identity_feature, _ = self.idnet(batch.idnet_clips)
        logits, motion_feature, maps = self.menet(batch.menet_clips)
        mine_gradients, penalty = self.penalty(identity_feature, motion_feature, batch)
        cross_entropy = losses.cross_entropy(logits, batch.emotion)
        diverge = {} if maps is None else {"divergence": losses.divergence(maps)}  # MENet may be without attention
        total = (cross_entropy + self.divergence_weight * sum(diverge.values())
                 + self.mutual_information_weight * sum(penalty.values()))
        gradients = self.descend(self.menet, self.menet_adam, total)
        return Step(
            losses={name: loss.item() for name, loss in
                    ({"crossEntropy": cross_entropy} | diverge
                     | penalty | {"total": total}).items()},
            outputs={"logits": logits.detach(), "motion_feature": motion_feature.detach(),
                     "identity_feature": identity_feature} | attention_maps(maps),
            gradients=gradients | mine_gradients)

    def identity_step_against_motion(self, batch):
        """Stage 3: IDNet, CE_d + 0.1 I, MENet frozen in evaluation mode."""
        self.idnet.train()
        self.menet.eval()
        with torch.no_grad():
            _, motion_feature, maps = self.menet(batch.menet_clips)
        logits, identity_feature, _ = self.idnet(batch.idnet_clips)
        mine_gradients, penalty = self.penalty(identity_feature, motion_feature, batch)
        cross_entropy = losses.cross_entropy(logits, batch.identity)
        total = cross_entropy + self.mutual_information_weight * sum(penalty.values())
        gradients = self.descend(self.idnet, self.idnet_adam, total)
        return Step(
            losses={name: loss.item() for name, loss in
                    ({"crossEntropy": cross_entropy} | penalty | {"total": total}).items()},
            outputs={"logits": logits.detach(), "motion_feature": motion_feature,
                     "identity_feature": identity_feature.detach()} | attention_maps(maps),
            gradients=gradients | mine_gradients)

    def penalty(self, identity_feature, motion_feature, batch):
        """MINE's gradients, after its ascent, and what the trained network minimises beside its other losses."""
        if self.decoupling == "distance-correlation":
            groups = batch.emotion if self.given == "emotion" else None
            return {}, {"distanceCorrelation": losses.distance_correlation(motion_feature, identity_feature, groups)}
        gradients = self.ascend(identity_feature, motion_feature, batch.shuffle)
        information = losses.mutual_information(self.mine, identity_feature, motion_feature, batch.shuffle)
        return gradients, {"mutualInformation": information}

    def ascend(self, identity_feature, motion_feature, shuffle):
        """One ascent step of MINE on detached features; returns the gradients that its Adam descends."""
        surrogate, self.average, _ = losses.ascent_surrogate(
            self.mine, identity_feature.detach(), motion_feature.detach(), shuffle, self.average)
        gradients = self.descend(self.mine, self.mine_adam, surrogate)
        return {f"mine.{name}": gradient for name, gradient in gradients.items()}

    def descend(self, module, optimizer, loss):
        """The gradient of `loss` in the module's own parameters only, and one step of its Adam."""
        names = [name for name, _ in module.named_parameters()]
        parameters = [parameter for _, parameter in module.named_parameters()]
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients):
            parameter.grad = gradient.clone()
        optimizer.step()
        return dict(zip(names, gradients))
