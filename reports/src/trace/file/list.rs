//! The list that was passed to a poll, as changes of the list of the poll before: an event
//! loop passes nearly the same thousands of pollables again and again.
//!
//! A list is a sequence of steps, each of three numbers: how many pollables of the former list
//! stay, how many of those that follow are left out, and how many others come then, which are
//! named. A step of three zeros ends it.

use super::number::{put, take};

/// The list before, and what it takes to compare another with it.
#[derive(Default)]
pub struct Lists {
    former: Vec<u32>,
    /// By pollable: the number of the last list that it was in.
    listed: Vec<u32>,
    /// By pollable: the number of the last list into which it was put by its name.
    placed: Vec<u32>,
    number: u32,
}

impl Lists {
    /// Forgets the list before, so that the next one can be read by itself.
    pub fn forget(&mut self) {
        self.former.clear();
    }

    /// Appends a list to the bytes.
    pub fn put(&mut self, bytes: &mut Vec<u8>, list: &[u32]) {
        self.mark(list);
        let Self { former, listed, placed, number } = self;
        let (mut old, mut new) = (0, 0);
        while old < former.len() || new < list.len() {
            let begin = old;
            while old < former.len() && former.get(old) == list.get(new) {
                (old, new) = (old + 1, new + 1);
            }
            let stay = old - begin;
            let begin = old;
            // Those that are not in the list at all, or that stand elsewhere in it already.
            let is_gone =
                |it: u32| listed[it as usize] != *number || placed[it as usize] == *number;
            while old < former.len()
                && former.get(old) != list.get(new)
                && (new == list.len() || is_gone(former[old]))
            {
                old += 1;
            }
            let gone = old - begin;
            let begin = new;
            while new < list.len()
                && former.get(old) != Some(&list[new])
                && !former.get(old).is_some_and(|it| {
                    listed[*it as usize] != *number || placed[*it as usize] == *number
                })
            {
                placed[list[new] as usize] = *number;
                new += 1;
            }
            [stay, gone, new - begin].into_iter().for_each(|it| put(bytes, it as u64));
            list[begin..new].iter().for_each(|it| put(bytes, u64::from(*it)));
        }
        [0; 3].into_iter().for_each(|it| put(bytes, it));
        former.clear();
        former.extend_from_slice(list);
    }

    /// Notes which pollables are in the list.
    fn mark(&mut self, list: &[u32]) {
        self.number = match self.number.checked_add(1) {
            Some(number) => number,
            None => {
                self.listed.fill(0);
                self.placed.fill(0);
                1
            }
        };
        for it in list {
            let place = *it as usize;
            if place >= self.listed.len() {
                self.listed.resize(place + 1, 0);
                self.placed.resize(place + 1, 0);
            }
            self.listed[place] = self.number;
        }
    }

    /// Takes a list from the beginning of the bytes. A list has `most` pollables at most.
    pub fn take(&mut self, bytes: &mut &[u8], most: usize) -> Option<&[u32]> {
        let mut list = Vec::with_capacity(self.former.len());
        let mut old = 0_usize;
        loop {
            let [stay, gone, new] = [take(bytes)?, take(bytes)?, take(bytes)?]
                .map(|it| usize::try_from(it).unwrap_or(usize::MAX));
            if [stay, gone, new] == [0; 3] {
                break;
            }
            let end = old.checked_add(stay)?;
            list.extend_from_slice(self.former.get(old..end)?);
            old = end.checked_add(gone)?;
            if new > bytes.len() || list.len().saturating_add(new) > most {
                return None;
            }
            for _ in 0..new {
                list.push(take(bytes)?.try_into().ok()?);
            }
        }
        self.former = list;
        Some(&self.former)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(lists: &[Vec<u32>]) -> Vec<u8> {
        let (mut writer, mut bytes) = (Lists::default(), Vec::new());
        lists.iter().for_each(|it| writer.put(&mut bytes, it));
        bytes
    }

    fn check(lists: &[Vec<u32>]) {
        let bytes = written(lists);
        let (mut reader, mut rest) = (Lists::default(), &bytes[..]);
        for list in lists {
            assert_eq!(reader.take(&mut rest, usize::MAX), Some(&list[..]));
        }
        assert!(rest.is_empty());
    }

    #[test]
    fn the_same_list_again_takes_a_few_bytes() {
        let list: Vec<u32> = (0..10_000).collect();
        let once = written(std::slice::from_ref(&list)).len();
        let twice = written(&[list.clone(), list.clone()]).len();
        assert!(twice - once < 10, "{} bytes", twice - once);
        // One that is removed by a swap takes a few more.
        let mut removed = list.clone();
        removed.swap_remove(5_000);
        let changed = written(&[list, removed]).len();
        assert!(changed - once < 25, "{} bytes", changed - once);
    }

    proptest! {
        #[test]
        fn lists_come_back(lists in prop::collection::vec(prop::collection::vec(0_u32..12, 0..12), 0..8)) {
            check(&lists);
        }

        #[test]
        fn changed_lists_come_back(
            length in 1_u32..200,
            changes in prop::collection::vec((any::<prop::sample::Index>(), 0_u32..400, 0..3), 0..30),
        ) {
            let mut lists: Vec<Vec<u32>> = vec![(0..length).collect()];
            for (index, name, what) in changes {
                let mut list = lists.last().unwrap().clone();
                match (what, list.is_empty()) {
                    (0, false) => { list.swap_remove(index.index(list.len())); }
                    (1, false) => { list.remove(index.index(list.len())); }
                    _ => list.insert(index.index(list.len() + 1), name),
                }
                lists.push(list);
            }
            check(&lists);
        }

        #[test]
        fn any_bytes_are_a_list_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
            let mut reader = Lists::default();
            let mut rest = &bytes[..];
            while reader.take(&mut rest, 1_000).is_some() && !rest.is_empty() {}
        }
    }
}
