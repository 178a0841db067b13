"""Why the pallet refuses."""

from __future__ import annotations

from pysubtensor.frame.error import Error


class NoSuchRun(Error, index=0):
    """There is no such run."""


class NoSuchSubnet(Error, index=1):
    """There is no such subnet."""


class NotSubnetOwner(Error, index=2):
    """Only the owner of a subnet may create runs on it."""


class TooManyRuns(Error, index=3):
    """The subnet, or the chain, has as many open runs as it may."""


class BadCodec(Error, index=4):
    """The codec knows no such tensors, k, step or decay."""


class BadSchedule(Error, index=5):
    """A length of the schedule is 0, too long or contradicts another."""


class BadBonds(Error, index=6):
    """A bond or a deposit is too small."""


class BadSizes(Error, index=7):
    """A number of participants is 0, too large or contradicts another."""


class NotCreator(Error, index=8):
    """Only who created the run, or owns its subnet, may do this."""


class IsClosed(Error, index=9):
    """The run is over."""


class NotPaused(Error, index=10):
    """The run is not paused."""


class TooFewWorkers(Error, index=11):
    """There are fewer workers than the run needs."""


class NotRegistered(Error, index=12):
    """The sender is no neuron of the run's subnet."""


class NotPermitted(Error, index=13):
    """The sender may not validate on the run's subnet."""


class AlreadyMember(Error, index=14):
    """The sender has a bond in this run already."""


class NotMember(Error, index=15):
    """The account is no member of this run."""


class NotActive(Error, index=16):
    """The member does not take part at present."""


class WrongRole(Error, index=17):
    """The member has another role."""


class BondTooSmall(Error, index=18):
    """The run asks for a larger bond."""


class RunFull(Error, index=19):
    """There is no free place, and nobody who could be evicted for such a bond."""


class BadKey(Error, index=20):
    """The key is no good, or its owner did not prove to know the secret."""


class KeyInUse(Error, index=21):
    """Another member has this key."""


class StillBonded(Error, index=22):
    """The bond is not free yet."""


class AlreadyActive(Error, index=23):
    """The member takes part already."""


class NoSuchRound(Error, index=24):
    """The round is not kept."""


class WrongPhase(Error, index=25):
    """The round is in another phase."""


class AlreadyCommitted(Error, index=26):
    """The sender has committed already."""


class CopiedCommitment(Error, index=27):
    """Another worker has committed to this."""


class WrongStateRoot(Error, index=28):
    """These are not the parameters that the chain knows."""


class WrongErrorRoot(Error, index=29):
    """The error buffer is not the one that the last accepted round left."""


class WrongSize(Error, index=30):
    """A payload of this run has another size, or more steps than there may be."""


class BadBitmap(Error, index=31):
    """The bits do not fit the list they are of."""


class NoQuorum(Error, index=32):
    """No more than two thirds have signed."""


class BadSignature(Error, index=33):
    """The signature is not that of the signers."""


class NotYourTurn(Error, index=34):
    """Somebody else may post first, or must move first."""


class BadScores(Error, index=35):
    """A score is of nobody who was attested, or comes twice."""


class WrongReveal(Error, index=36):
    """This is not what was committed to."""


class NoCheckpointDue(Error, index=37):
    """No checkpoint is anchored for this round, or it is anchored already."""


class NotAudited(Error, index=38):
    """The sender has no audit to answer."""


class BadProof(Error, index=39):
    """A part of the proof does not lead to the root it is of, or has the wrong shape."""


class NotChallengeable(Error, index=40):
    """The round, or that of it, cannot be challenged now."""


class AlreadyChallenged(Error, index=41):
    """The same is challenged already, or the accused was found guilty before."""


class TooManyChallenges(Error, index=42):
    """The round has many challenges, and the sender has brought one or came later."""


class NoSuchChallenge(Error, index=43):
    """There is no such challenge."""


class WrongStage(Error, index=44):
    """The challenge waits for something else."""


class NotParty(Error, index=45):
    """The sender has no part in this, or not this one."""


class NothingWrong(Error, index=46):
    """The proof shows that all is right, and nobody said otherwise."""


class NotSelf(Error, index=47):
    """One cannot accuse oneself."""


class PayloadUnreadable(Error, index=48):
    """A contributor's chunk is malformed; prove that instead."""
