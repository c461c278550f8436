//! In which order the branches of a [`concat`](super::concat) are written to their channels, and where they lie until then.

use super::inference::{end, is_apart, is_front, is_nothing, max, onward};
use crate::place::{Need, Place, Where};

/// When branches are written to their channels.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// Each as soon as it is computed, the input itself in its turn.
    InTurn,
    /// As `InTurn`, the input itself after the others. The last one may overwrite the input; the only one, if it leaves the output's place free.
    AtOnce,
    /// All after all are computed.
    AtLast,
    /// As `AtLast`, where the last one may overwrite the input, and the output lies where the input did.
    Over,
}

/// Whether a branch is the input itself, which is needed then until all is written.
const fn has_identity(branches: &[Need]) -> bool {
    let mut n = 0;
    while n < branches.len() && !is_nothing(branches[n].works) {
        n += 1;
    }
    n < branches.len()
}

/// Whether the `n`-th branch may overwrite the input, which lies in the stretch that is free.
const fn may_overwrite(branches: &[Need], n: usize, order: Order) -> bool {
    let is_last = n + 1 == branches.len() && !has_identity(branches);
    match order {
        Order::AtOnce => is_last && (n > 0 || !branches[n].flips),
        Order::InTurn | Order::AtLast => false,
        Order::Over => is_last && branches[n].flips && is_apart(branches[n].works),
    }
}

/// What is alive at once while branches are passed that are written to their channels in this order; as many values of their input and of the
/// output lie in the stretch.
pub(super) const fn alive_in(branches: &[Need], order: Order, input: usize, output: usize) -> usize {
    let (mut kept, mut computed, mut most, mut n) = (input, 0, 0, 0);
    while n < branches.len() {
        let branch = &branches[n];
        if is_nothing(branch.works) {
            computed = if let Order::InTurn = order { output } else { computed };
        } else {
            let overwrites = input > 0 && may_overwrite(branches, n, order);
            kept = if overwrites { 0 } else { kept };
            most = max(most, kept + computed + branch.alive(overwrites, true));
            if let Order::InTurn | Order::AtOnce = order {
                most = max(most, kept + output + branch.output);
                computed = output;
            } else {
                computed += branch.output;
            }
        }
        n += 1;
    }
    let last = match order {
        Order::InTurn | Order::AtOnce => kept + output,
        Order::AtLast => kept + computed + output,
        Order::Over => computed + output,
    };
    max(most, last)
}

/// The first order in which least is alive.
pub(super) const fn order(branches: &[Need], input: usize, output: usize) -> Order {
    const LATER: [Order; 3] = [Order::AtOnce, Order::AtLast, Order::Over];
    let (mut order, mut least) = (Order::InTurn, alive_in(branches, Order::InTurn, input, output));
    let mut n = 0;
    while n < LATER.len() {
        let alive = alive_in(branches, LATER[n], input, output);
        let can_be = !matches!(LATER[n], Order::Over) || input > 0 && !has_identity(branches);
        if can_be && alive < least {
            (order, least) = (LATER[n], alive);
        }
        n += 1;
    }
    order
}

/// The order of branches of a layer at `place` that gives `output` values.
const fn order_at(branches: &[Need], output: usize, place: &Place) -> Order {
    let input = if place.is_last_use() { branches[0].input } else { 0 };
    order(branches, input, if let Where::At(_) = place.to { output } else { 0 })
}

/// Writes to `places` where the branches lie of a layer at `place`, which gives `output` values.
pub(super) const fn place(branches: &[Need], output: usize, place: Place, places: &mut [Place]) {
    let (order, input, mut n) = (order_at(branches, output, &place), branches[0].input, 0);
    // what is computed lies at the end where the output will not
    let beside = Place::without(place.free, place.from, input);
    let at_front = match order {
        Order::Over => !is_front(place.from, place.free),
        _ => !is_front(place.to, beside),
    };
    let beside_output = Place::without(place.free, place.to, output);
    // what is free for the next branch, and what it reads where a branch may overwrite that
    let mut free = if let Order::AtLast = order { beside } else { place.free };
    while n < branches.len() {
        let branch = &branches[n];
        if is_nothing(branch.works) {
            places[n].to = place.from;
            free = if let Order::InTurn = order { beside_output } else { free };
        } else if place.is_last_use() && may_overwrite(branches, n, order) {
            (places[n].free, places[n].to) = (free, onward(branch, place.from, free));
        } else {
            let beside = Place::without(free, place.from, input);
            (places[n].free, places[n].to) = (beside, end(branch, at_front, beside));
        }
        if !is_nothing(branch.works) {
            free = match order {
                Order::InTurn | Order::AtOnce => beside_output,
                Order::AtLast | Order::Over => Place::without(free, places[n].to, branch.output),
            };
        }
        n += 1;
    }
}

/// Whether the `n`-th branch of a layer at `place`, which gives `output` values, is written to its channels as soon as it is
/// computed; otherwise after all of them.
pub const fn is_written_at_once(branches: &[Need], output: usize, place: &Place, n: usize) -> bool {
    match order_at(branches, output, place) {
        Order::InTurn => true,
        Order::AtOnce => !is_nothing(branches[n].works),
        Order::AtLast | Order::Over => false,
    }
}
