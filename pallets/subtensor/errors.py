"""Errors of SubtensorModule."""

from pysubtensor.frame.error import Error


class RootNetworkDoesNotExist(Error, index=0):
    """There is no root subnet."""


class InvalidIpType(Error, index=1):
    """The kind of IP address is neither 4 nor 6."""


class InvalidIpAddress(Error, index=2, validity=11):
    """No neuron can be reached at that IP address."""


class InvalidPort(Error, index=3, validity=13):
    """No neuron can be reached at that port."""


class HotKeyNotRegisteredInSubNet(Error, index=4, validity=19):
    """The hotkey is no neuron of the subnet."""


class HotKeyAccountNotExists(Error, index=5, validity=4):
    """No coldkey owns that hotkey."""


class HotKeyNotRegisteredInNetwork(Error, index=6, validity=10):
    """The hotkey is a neuron of no subnet, or not of the one in question."""


class NonAssociatedColdKey(Error, index=7, validity=25):
    """The coldkey does not own that hotkey."""


class NotEnoughStake(Error, index=8):
    """That takes more stake."""


class NotEnoughStakeToWithdraw(Error, index=9, validity=5):
    """The coldkey has less stake there than it wants to move."""


class NotEnoughStakeToSetWeights(Error, index=10, validity=1):
    """The neuron's stake is below what weights count for."""


class NotEnoughStakeToSetChildkeys(Error, index=11):
    """The hotkey's stake is below what children can be chosen with."""


class NotEnoughBalanceToStake(Error, index=12, validity=2):
    """The coldkey has less TAO than it wants to spend."""


class BalanceWithdrawalError(Error, index=13):
    """The TAO could not be taken from the account."""


class ZeroBalanceAfterWithdrawn(Error, index=14):
    """The account would be left with nothing."""


class NeuronNoValidatorPermit(Error, index=15):
    """Only a validator may set weights on others."""


class WeightVecNotEqualSize(Error, index=16):
    """There are not as many weights as neurons."""


class DuplicateUids(Error, index=17):
    """A neuron is named twice."""


class UidVecContainInvalidOne(Error, index=18):
    """A uid is that of no neuron of the subnet."""


class WeightVecLengthIsLow(Error, index=19):
    """The weights are fewer than the subnet demands."""


class TooManyRegistrationsThisBlock(Error, index=20):
    """The subnet takes no more neurons in this block."""


class HotKeyAlreadyRegisteredInSubNet(Error, index=21):
    """The hotkey is a neuron of that subnet already."""


class NewHotKeyIsSameWithOld(Error, index=22):
    """The old and the new hotkey are the same."""


class NewHotKeyNotCleanForRootSwap(Error, index=23):
    """The new hotkey has stake or dividends on root, so the two cannot be told apart."""


class InvalidWorkBlock(Error, index=24):
    """The work was done on a block too old, or not there yet."""


class InvalidDifficulty(Error, index=25):
    """The work is less than the difficulty."""


class InvalidSeal(Error, index=26):
    """The work is not that of this account and block."""


class MaxWeightExceeded(Error, index=27):
    """One weight is larger than one may be."""


class HotKeyAlreadyDelegate(Error, index=28):
    """The hotkey takes stake of others already."""


class SettingWeightsTooFast(Error, index=29, validity=6):
    """It is too soon to set weights again."""


class IncorrectWeightVersionKey(Error, index=30):
    """The weights are made for another version than the subnet's."""


class ServingRateLimitExceeded(Error, index=31, validity=12):
    """It is too soon to publish an address again."""


class UidsLengthExceedUidsInSubNet(Error, index=32):
    """More neurons are named than the subnet has."""


class NetworkTxRateLimitExceeded(Error, index=33, validity=6):
    """It is too soon to register another subnet."""


class DelegateTxRateLimitExceeded(Error, index=34):
    """It is too soon to raise the take again."""


class HotKeySetTxRateLimitExceeded(Error, index=35):
    """It is too soon to swap a hotkey again."""


class StakingRateLimitExceeded(Error, index=36):
    """It is too soon to stake again."""


class SubNetRegistrationDisabled(Error, index=37):
    """Registration is closed there, for neurons or for subnets."""


class TooManyRegistrationsThisInterval(Error, index=38):
    """The subnet takes no more neurons in this interval."""


class TransactorAccountShouldBeHotKey(Error, index=39):
    """The hotkey itself must sign."""


class FaucetDisabled(Error, index=40):
    """This chain has no faucet."""


class NotSubnetOwner(Error, index=41):
    """The account does not own the subnet."""


class RegistrationNotPermittedOnRootSubnet(Error, index=42):
    """Not on root."""


class StakeTooLowForRoot(Error, index=43):
    """All validators on root have more stake than that hotkey."""


class AllNetworksInImmunity(Error, index=44):
    """No subnet can give way: all are immune still."""


class NotEnoughBalanceToPaySwapHotKey(Error, index=45):
    """The coldkey cannot pay for the swap of a hotkey."""


class NotRootSubnet(Error, index=46):
    """Only on root."""


class CanNotSetRootNetworkWeights(Error, index=47):
    """There are no weights on root."""


class NoNeuronIdAvailable(Error, index=48):
    """The subnet is full, and no neuron can give way."""


class DelegateTakeTooLow(Error, index=49, validity=26):
    """The take is below the least, or does not change the way that the call is for."""


class DelegateTakeTooHigh(Error, index=50, validity=27):
    """The take is above the highest."""


class NoWeightsCommitFound(Error, index=51, validity=16):
    """No weights are committed that could be revealed."""


class InvalidRevealCommitHashNotMatch(Error, index=52):
    """What is revealed is not what was committed."""


class CommitRevealEnabled(Error, index=53):
    """The subnet wants weights committed first and revealed later."""


class CommitRevealDisabled(Error, index=54):
    """The subnet wants weights set without a commitment."""


class LiquidAlphaDisabled(Error, index=55):
    """The subnet does not use liquid alpha."""


class AlphaHighTooLow(Error, index=56):
    """The upper alpha is too low."""


class AlphaLowOutOfRange(Error, index=57):
    """The lower alpha is too low, or above the upper one."""


class ColdKeyAlreadyAssociated(Error, index=58):
    """The new coldkey has hotkeys of its own."""


class NotEnoughBalanceToPaySwapColdKey(Error, index=59):
    """The coldkey cannot pay for its swap."""


class InvalidChild(Error, index=60):
    """A hotkey cannot be its own child."""


class DuplicateChild(Error, index=61):
    """A child is named twice."""


class ProportionOverflow(Error, index=62):
    """The children's shares come to more than all there is."""


class TooManyChildren(Error, index=63):
    """A hotkey has at most five children."""


class TxRateLimitExceeded(Error, index=64):
    """It is too soon to do that again."""


class ColdkeySwapAnnouncementNotFound(Error, index=65):
    """The coldkey has not announced a swap."""


class ColdkeySwapTooEarly(Error, index=66):
    """The time between announcement and swap is not over."""


class ColdkeySwapReannouncedTooEarly(Error, index=67):
    """It is too soon to announce another swap."""


class AnnouncedColdkeyHashDoesNotMatch(Error, index=68):
    """That is not the coldkey that was announced."""


class ColdkeySwapAlreadyDisputed(Error, index=69):
    """The swap is disputed already."""


class NewColdKeyIsHotkey(Error, index=70):
    """The new coldkey is a hotkey."""


class InvalidChildkeyTake(Error, index=71):
    """The childkey take is outside its bounds."""


class TxChildkeyTakeRateLimitExceeded(Error, index=72):
    """It is too soon to raise the childkey take again."""


class InvalidIdentity(Error, index=73):
    """A text of the identity is too long."""


class MechanismDoesNotExist(Error, index=74):
    """There is no such subnet, or no such mechanism in it."""


class StakeUnavailable(Error, index=75):
    """That part of the stake is locked."""


class SubnetNotExists(Error, index=76, validity=3):
    """There is no such subnet."""


class TooManyUnrevealedCommits(Error, index=77):
    """The neuron has ten commitments that are not revealed yet."""


class ExpiredWeightCommit(Error, index=78):
    """The time to reveal these weights is over."""


class RevealTooEarly(Error, index=79, validity=17):
    """The time to reveal these weights has not come."""


class InputLengthsUnequal(Error, index=80, validity=18):
    """The lists are not of one length."""


class CommittingWeightsTooFast(Error, index=81, validity=6):
    """It is too soon to commit weights again."""


class AmountTooLow(Error, index=82, validity=1):
    """The amount is below the least worth moving."""


class InsufficientLiquidity(Error, index=83, validity=7):
    """The subnet's pool is too small for that."""


class SlippageTooHigh(Error, index=84, validity=8):
    """The price would pass its limit."""


class TransferDisallowed(Error, index=85, validity=9):
    """The subnet does not let its alpha change hands."""


class ActivityCutoffTooLow(Error, index=86):
    """The activity cutoff is below the least."""


class CallDisabled(Error, index=87):
    """That call is switched off."""


class FirstEmissionBlockNumberAlreadySet(Error, index=88):
    """The subnet has started already."""


class NeedWaitingMoreBlocksToStarCall(Error, index=89):
    """It is too soon to start the subnet."""


class NotEnoughAlphaOutToRecycle(Error, index=90):
    """The subnet has issued less alpha than is to be recycled."""


class CannotBurnOrRecycleOnRootSubnet(Error, index=91):
    """There is no alpha on root to burn or to recycle."""


class UnableToRecoverPublicKey(Error, index=92):
    """No key can have made that signature."""


class InvalidRecoveredPublicKey(Error, index=93):
    """Another key made that signature."""


class SubtokenDisabled(Error, index=94):
    """The subnet's alpha is not traded yet."""


class HotKeySwapOnSubnetIntervalNotPassed(Error, index=95):
    """It is too soon to swap a hotkey on that subnet again."""


class SameNetuid(Error, index=96):
    """Both ends are on one subnet."""


class InsufficientBalance(Error, index=97):
    """The account has less TAO than that."""


class InvalidLeaseBeneficiary(Error, index=98):
    """Only who made the crowdloan may run the leased subnet."""


class LeaseCannotEndInThePast(Error, index=99):
    """The end of the lease has passed."""


class LeaseNetuidNotFound(Error, index=100):
    """The subnet that was just registered cannot be found."""


class LeaseDoesNotExist(Error, index=101):
    """There is no such lease."""


class LeaseHasNoEndBlock(Error, index=102):
    """The lease never ends."""


class LeaseHasNotEnded(Error, index=103):
    """The lease has not ended yet."""


class Overflow(Error, index=104):
    """A number became too large."""


class BeneficiaryDoesNotOwnHotkey(Error, index=105):
    """The one who runs the leased subnet does not own that hotkey."""


class ExpectedBeneficiaryOrigin(Error, index=106):
    """Only the one who runs the leased subnet may do that."""


class AdminActionProhibitedDuringWeightsWindow(Error, index=107):
    """The subnet's settings are frozen shortly before its epoch."""


class SymbolDoesNotExist(Error, index=108):
    """That is not one of the known symbols."""


class SymbolAlreadyInUse(Error, index=109):
    """Another subnet has that symbol."""


class IncorrectCommitRevealVersion(Error, index=110):
    """The weights were encrypted for another version."""


class InvalidRevealRound(Error, index=111, validity=15):
    """The drand round has passed already."""


class RevealPeriodTooLarge(Error, index=112):
    """Weights would be revealed too late."""


class RevealPeriodTooSmall(Error, index=113):
    """Weights would be revealed too soon."""


class InvalidValue(Error, index=114):
    """The value is out of its range."""


class SubnetLimitReached(Error, index=115):
    """There are as many subnets as there may be, and none can give way."""


class CannotAffordLockCost(Error, index=116):
    """The coldkey cannot pay for a subnet."""


class EvmKeyAssociateRateLimitExceeded(Error, index=117, validity=20):
    """It is too soon to name another EVM address."""


class SameAutoStakeHotkeyAlreadySet(Error, index=118):
    """That hotkey is chosen already."""


class UidMapCouldNotBeCleared(Error, index=119):
    """Entries of neurons remained that should have gone."""


class TrimmingWouldExceedMaxImmunePercentage(Error, index=120):
    """Too many of the neurons that would remain are immune."""


class ChildParentInconsistency(Error, index=121):
    """A hotkey cannot be parent and child of the same one."""


class InvalidNumRootClaim(Error, index=122):
    """So many claims of a block are too many."""


class InvalidRootClaimThreshold(Error, index=123):
    """The threshold is too high."""


class InvalidSubnetNumber(Error, index=124):
    """No subnet is named, or too many are."""


class TooManyUIDsPerMechanism(Error, index=125):
    """Neurons times mechanisms would be more than 256."""


class VotingPowerTrackingNotEnabled(Error, index=126):
    """The subnet keeps no voting power."""


class InvalidVotingPowerEmaAlpha(Error, index=127):
    """The weight of the latest stake is above one."""


class Deprecated(Error, index=128):
    """That call is no longer in use."""


class AddStakeBurnRateLimitExceeded(Error, index=129):
    """It is too soon to stake and burn again."""


class ColdkeySwapAnnounced(Error, index=130, validity=0):
    """The coldkey is about to be swapped and can do little else."""


class ColdkeySwapDisputed(Error, index=131, validity=21):
    """The swap of the coldkey is disputed, and it can do nothing."""


class ColdkeySwapClearTooEarly(Error, index=132):
    """It is too soon to take back the announcement."""


class DisabledTemporarily(Error, index=133):
    """That is switched off for now."""


class RegistrationPriceLimitExceeded(Error, index=134):
    """The registration costs more than the limit."""


class LockHotkeyMismatch(Error, index=135):
    """The coldkey's lock there is on another hotkey."""


class InsufficientStakeForLock(Error, index=136):
    """The coldkey has less stake there than it wants to lock."""


class NoExistingLock(Error, index=137):
    """The coldkey has no lock there."""


class ActiveLockExists(Error, index=138):
    """The coldkey has a lock already."""


class CannotUseSystemAccount(Error, index=139):
    """The account belongs to the chain itself."""


class UnlockAmountTooHigh(Error, index=140):
    """Less is locked than is to be unlocked."""


class TempoOutOfBounds(Error, index=141):
    """The tempo is outside its bounds."""


class ActivityCutoffFactorMilliOutOfBounds(Error, index=142):
    """The factor is outside its bounds."""


class EpochTriggerAlreadyPending(Error, index=143):
    """An epoch is asked for already."""


class AutoEpochAlreadyImminent(Error, index=144):
    """The next epoch comes as soon by itself."""


class DynamicTempoBlockedByCommitReveal(Error, index=145):
    """Epochs stay regular where weights are committed and revealed."""


class AccountRejectsLockedAlpha(Error, index=146):
    """The receiver does not take locked alpha."""
