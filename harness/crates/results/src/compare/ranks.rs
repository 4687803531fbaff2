//! The statistics: by how much the later runs lie above the earlier ones, and how sure that is. It assumes nothing of how
//! times are distributed, only that runs of one side are alike and independent of each other.

use std::num::NonZeroUsize;

/// A change as a ratio: 1.2 is a fifth more.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Change {
    /// The estimate of Hodges and Lehmann: the median of all pairs of an earlier and a later run.
    pub(super) ratio: f64,
    /// The true ratio is below the first, or above the second, each with the probability asked for at most; none with
    /// too few runs.
    pub(super) bounds: Option<(f64, f64)>,
}

/// Compares two samples of positive numbers, none of them empty. `alpha` is the probability of each bound to be wrong.
///
/// The bounds invert the test of Mann, Whitney and Wilcoxon by its exact distribution, on logarithms, so that a shift is a
/// ratio: the true one lies below the lower bound only where the test would reject it.
pub(super) fn change(before: &[f64], after: &[f64], alpha: f64) -> Change {
    let floor = |value: f64| value.max(1e-9);
    let mut ratios: Vec<f64> =
        after.iter().flat_map(|after| before.iter().map(|before| floor(*after) / floor(*before))).collect();
    ratios.sort_by(f64::total_cmp);
    let bounds = critical(before.len(), after.len(), alpha)
        .map(|k| (ratios[k.get() - 1], ratios[ratios.len() - k.get()]));
    Change { ratio: median(&ratios), bounds }
}

/// The middle of sorted numbers; geometrically, where there are two.
pub(super) fn median(sorted: &[f64]) -> f64 {
    let (low, high) = (sorted[(sorted.len() - 1) / 2], sorted[sorted.len() / 2]);
    if low == high { low } else { (low * high).sqrt() }
}

/// The greatest `k` for which fewer than `k` of all pairs go the other way with a probability of at most `alpha`, where
/// there is no difference.
fn critical(before: usize, after: usize, alpha: f64) -> Option<NonZeroUsize> {
    let mut below = 0.0;
    let mut k = 0;
    for probability in distribution(before, after) {
        below += probability;
        if below > alpha {
            break;
        }
        k += 1;
    }
    NonZeroUsize::new(k)
}

/// How probable each number of pairs that go the other way is, from none to all: how many ways there are to choose the
/// ranks of one side so that they add up to it.
fn distribution(before: usize, after: usize) -> Vec<f64> {
    let most = before * after;
    // ways[chosen][sum]: every rank is taken or not, the lowest sum is taken off.
    let mut ways = vec![vec![0.0_f64; most + 1]; before + 1];
    ways[0][0] = 1.0;
    for rank in 0..before + after {
        for chosen in (1..=before.min(rank + 1)).rev() {
            // The rank counts by how many places it is above the lowest it could have.
            let Some(above) = rank.checked_sub(chosen - 1).filter(|above| *above <= after) else { continue };
            for sum in (above..=most).rev() {
                let more = ways[chosen - 1][sum - above];
                ways[chosen][sum] += more;
            }
        }
    }
    let all: f64 = ways[before].iter().sum();
    ways[before].iter().map(|ways| ways / all).collect()
}

/// The least number of runs at each side with which anything can be proved.
pub(super) fn needed(alpha: f64) -> usize {
    (2..=100).find(|runs| critical(*runs, *runs, alpha).is_some()).unwrap_or(100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distribution_is_that_of_the_tables() {
        let three = distribution(3, 3);
        assert_eq!(three.len(), 10);
        let counts: Vec<f64> = three.iter().map(|probability| (probability * 20.0).round()).collect();
        assert_eq!(counts, [1.0, 1.0, 2.0, 3.0, 3.0, 3.0, 3.0, 2.0, 1.0, 1.0]);
        // Critical values of U from the printed tables, one-sided: one less than the number of pairs that bound.
        for (n, m, alpha, u) in
            [(3, 3, 0.05, 0), (5, 5, 0.05, 4), (5, 5, 0.025, 2), (10, 10, 0.05, 27), (4, 6, 0.05, 3)]
        {
            assert_eq!(critical(n, m, alpha).map(NonZeroUsize::get), Some(u + 1), "{n} and {m} at {alpha}");
        }
        assert_eq!((critical(2, 2, 0.05), critical(1, 1, 0.05), critical(3, 3, 0.025)), (None, None, None));
        assert_eq!((needed(0.05), needed(0.025), needed(0.005)), (3, 4, 5));
    }

    #[test]
    fn equal_numbers_have_no_width() {
        let change = change(&[300.0; 4], &[300.0; 4], 0.05);
        assert_eq!(change, Change { ratio: 1.0, bounds: Some((1.0, 1.0)) });
        let few = super::change(&[100.0], &[120.0], 0.05);
        assert_eq!((few.ratio, few.bounds), (1.2, None));
    }

    /// Runs with the heavy tail that percentiles of real runs have: most near their median, one in ten far above.
    fn runs(rng: &mut fastrand::Rng, count: usize, median: f64) -> Vec<f64> {
        let run = |rng: &mut fastrand::Rng| {
            let normal = (0..12).map(|_| rng.f64()).sum::<f64>() - 6.0;
            let outlier = if rng.u8(..10) == 0 { 0.3 * rng.f64() } else { 0.0 };
            median * (0.04 * normal + outlier).exp()
        };
        (0..count).map(|_| run(rng)).collect()
    }

    /// In how many of a thousand comparisons the lower bound of the change lies above the limit.
    fn alarms(count: usize, shift: f64, limit: f64, alpha: f64) -> usize {
        let mut rng = fastrand::Rng::with_seed(7);
        (0..1000)
            .filter(|_| {
                let (before, after) = (runs(&mut rng, count, 5000.0), runs(&mut rng, count, 5000.0 * shift));
                change(&before, &after, alpha).bounds.is_some_and(|(low, _)| low > limit)
            })
            .count()
    }

    #[test]
    fn what_is_alike_raises_no_more_alarms_than_stated() {
        for (count, alpha) in [(3, 0.05), (5, 0.05), (5, 0.01), (8, 0.05), (12, 0.025)] {
            let raised = alarms(count, 1.0, 1.0, alpha);
            // Three standard deviations of a thousand tries.
            let most = 1000.0 * alpha + 3.0 * (1000.0 * alpha * (1.0 - alpha)).sqrt();
            assert!(
                (raised as f64) <= most,
                "{raised} of 1000 with {count} runs at {alpha}, at most {most:.0}"
            );
        }
        assert!(alarms(5, 1.0, 1.0, 0.05) > 15, "it does raise some, or it proves nothing");
        assert!(
            alarms(5, 1.10, 1.10, 0.05) <= 70,
            "what has got worse by just what is allowed is not beyond it"
        );
    }

    #[test]
    fn a_fifth_more_is_found() {
        let found = alarms(6, 1.2, 1.0, 0.05);
        assert!(found >= 900, "{found} of 1000 with six runs a side");
        let beyond = alarms(8, 1.3, 1.1, 0.05);
        assert!(beyond >= 900, "{beyond} of 1000 beyond a tenth with eight runs a side");
    }
}
