//! Constants: what the names stand for that lines have in the place of numbers.

use std::collections::{BTreeMap, BTreeSet};

use crate::expression::{Expression, Known, Value};

/// How many names there are at most.
const MAX_NAMES: usize = 64;

/// That something written is a number which the operators give.
#[derive(Clone, Debug)]
pub struct Equation {
    /// What is written.
    pub written: Expression,
    /// The number.
    pub is: Value,
    /// Whether other numbers mean the same layer.
    pub is_one_of_many: bool,
}

/// Writes a number in the place of what is none with the constants that are known, where the equations have it.
pub fn resolve(written: &mut Expression, equations: &[Equation], known: &Known) {
    let mut values = equations.iter().filter(|equation| equation.written == *written).map(|equation| equation.is);
    if !written.is_known(known)
        && let Some(value) = values.next()
        && values.all(|other| other == value)
    {
        *written = Expression::of(value);
    }
}

/// The numbers of all names for which there is one in all that they stand in.
pub fn solve(equations: &[Equation]) -> Known {
    let (mut known, mut failed) = (Known::new(), BTreeSet::new());
    let mut all = BTreeSet::new();
    equations.iter().for_each(|equation| equation.written.names(&mut |name| _ = all.insert(name)));
    if all.len() > MAX_NAMES {
        return known;
    }
    for many in [false, true] {
        loop {
            let mut alone = BTreeMap::<&str, Vec<&Equation>>::new();
            for equation in equations.iter().filter(|equation| many || !equation.is_one_of_many) {
                let mut unknown = BTreeSet::new();
                equation.written.names(&mut |name| {
                    if !known.contains_key(name) {
                        unknown.insert(name);
                    }
                });
                if let Some(name) = unknown.pop_first().filter(|name| unknown.is_empty() && !failed.contains(name)) {
                    alone.entry(name).or_default().push(equation);
                }
            }
            let found = alone.into_iter().map(|(name, equations)| (name, numbers(name, equations, &known)));
            let found: Vec<(&str, Vec<Value>)> = found.collect();
            // with those of which there is one number more may follow for the others
            let Some(fewest) = found.iter().map(|(_, numbers)| numbers.len()).min() else { break };
            for (name, numbers) in found.into_iter().filter(|(_, numbers)| fewest > 1 || numbers.len() < 2) {
                match numbers.first() {
                    None => _ = failed.insert(name),
                    Some(value) => _ = known.insert(name.into(), *value),
                }
            }
        }
    }
    known
}

/// The numbers that a name can be by equations in which no other is unknown.
fn numbers(name: &str, mut equations: Vec<&Equation>, known: &Known) -> Vec<Value> {
    /// How many are solved, the shortest; the others are only asked.
    const SOLVED: usize = 4;
    equations.sort_by_cached_key(|equation| equation.written.to_string().len());
    let solved = equations.iter().take(SOLVED).map(|equation| equation.written.solve(name, equation.is, known));
    let (mut numbers, mut with) = (solved.min_by_key(Vec::len).unwrap_or_default(), known.clone());
    numbers.retain(|number| {
        with.insert(name.to_string(), *number);
        equations.iter().all(|equation| equation.written.is(equation.is, &with))
    });
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::Tokens;

    fn solved(equations: &[(&str, Value, bool)]) -> Vec<(String, Value)> {
        let equation = |&(text, is, is_one_of_many): &(&str, Value, bool)| Equation {
            written: Tokens::of(text).unwrap().expression().unwrap(),
            is,
            is_one_of_many,
        };
        solve(&equations.iter().map(equation).collect::<Vec<_>>()).into_iter().collect()
    }

    #[test]
    fn names_have_the_number_on_which_all_agree() {
        use Value::{Real, Size};

        let solved = |equations: &[(&str, Value, bool)]| {
            let found = solved(equations).into_iter();
            found.map(|(name, value)| (name.leak() as &str, value)).collect::<Vec<_>>()
        };
        assert_eq!(solved(&[("N", Size(8), false), ("2 * N", Size(16), false)]), [("N", Size(8))]);
        assert_eq!(solved(&[("N", Size(8), false), ("N", Size(9), false)]), []);
        assert_eq!(solved(&[("N", Size(8), false), ("N", Real(8.0), false)]), []);
        // the one by the other, in any order
        let both = [("A", Size(8)), ("B", Size(3)), ("C", Size(24))];
        assert_eq!(solved(&[("A * B + C", Size(48), false), ("C", Size(24), false), ("A", Size(8), false)]), both);
        assert_eq!(solved(&[("A * B", Size(8), false)]), []);
        // of several the one that fits elsewhere, else the first
        assert_eq!(solved(&[("N / 2", Size(4), false), ("N * N", Size(81), false)]), [("N", Size(9))]);
        assert_eq!(solved(&[("N / 2", Size(4), false)]), [("N", Size(8))]);
        assert_eq!(solved(&[("N / 100", Size(7), false), ("N * 2", Size(1568), false)]), [("N", Size(784))]);
        // a number that may be another yields
        assert_eq!(solved(&[("P", Size(0), true), ("P", Size(1), false)]), [("P", Size(1))]);
        assert_eq!(solved(&[("P", Size(2), true)]), [("P", Size(2))]);
        assert_eq!(solved(&[("P", Real(0.3), false), ("1.0 - P", Real(0.7), false)]), [("P", Real(0.3))]);
        let many: Vec<String> = (0..=MAX_NAMES).map(|n| format!("N{n}")).collect();
        let many: Vec<_> = many.iter().map(|name| (name.as_str(), Size(1), false)).collect();
        assert_eq!(solved(&many), []);
        assert_eq!(solved(&many[1..]).len(), MAX_NAMES);
    }
}
