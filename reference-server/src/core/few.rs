//! A set that has few members almost always: a sorted list, a third of the memory of a tree with one member.
//!
//! It must not know what is in it.

/// The set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Few<T>(Vec<T>);

impl<T: Ord + Copy> Few<T> {
    /// Says whether it is new. New ids are the largest as a rule, so that nothing has to move.
    pub(super) fn insert(&mut self, item: T) -> bool {
        match self.0.binary_search(&item) {
            Ok(_) => false,
            Err(place) => {
                self.0.insert(place, item);
                true
            }
        }
    }

    /// Says whether it was there.
    pub(super) fn remove(&mut self, item: T) -> bool {
        let place = self.0.binary_search(&item);
        place.map(|place| self.0.remove(place)).is_ok()
    }

    pub(super) fn contains(&self, item: T) -> bool {
        self.0.binary_search(&item).is_ok()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// In order.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.0.iter()
    }
}

impl<T> Default for Few<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_there_once_and_in_order() {
        let mut few = Few::default();
        assert!(few.insert(3) && few.insert(1) && few.insert(2) && !few.insert(2));
        assert_eq!(few.iter().copied().collect::<Vec<_>>(), [1, 2, 3]);
        assert!(few.remove(2) && !few.remove(2) && few.contains(3) && !few.contains(2));
        assert_eq!((few.len(), few.is_empty()), (2, false));
    }
}
