use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use tempfile::TempDir;
use wasmtime::Config;

use super::*;
use crate::Host;

/// As small as a component can be: nothing but a header.
const EMPTY: &[u8] = b"\0asm\x0d\0\x01\0";

fn engine(set: impl Fn(&mut Config) -> &mut Config) -> Engine {
    Engine::new(set(&mut Config::new())).unwrap()
}

/// A store with something in it, and the file that has it.
fn filled(code: &[u8]) -> (TempDir, Store, Key, PathBuf) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().into());
    let key = Key::of(&Engine::default(), EMPTY);
    store.put(&key, code);
    let file = files(directory.path()).pop().unwrap();
    (directory, store, key, file)
}

fn files(directory: &Path) -> Vec<PathBuf> {
    fs::read_dir(directory).unwrap().map(|it| it.unwrap().path()).collect()
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn code_is_told_apart_by_the_component_and_the_configuration() {
    let plain = engine(|it| it);
    let key = Key::of(&plain, EMPTY);
    assert_eq!(key, Key::of(&engine(|it| it), EMPTY));
    let others = [
        Key::of(&plain, b"another"),
        Key::of(&engine(|it| it.consume_fuel(true)), EMPTY),
        Key::of(&engine(|it| it.epoch_interruption(true)), EMPTY),
        Key::of(&engine(|it| it.concurrency_support(false)), EMPTY),
    ];
    assert!(others.iter().all(|it| *it != key));
    // Both lanes of a host differ, and so do the hosts that run no code of each other.
    let stock = Configuration::of(Host::Stock).unwrap();
    let sync = Configuration::of(Host::StockSync).unwrap();
    let lean = Configuration::of(Host::Lean).unwrap();
    assert_ne!(Key::of(&stock.timed, EMPTY), Key::of(&stock.counted, EMPTY));
    assert_ne!(Key::of(&stock.timed, EMPTY), Key::of(&sync.timed, EMPTY));
    assert_eq!(Key::of(&stock.timed, EMPTY), Key::of(&lean.timed, EMPTY));
}

#[test]
fn a_component_is_compiled_once_and_again_if_its_code_is_no_good() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::new(directory.path().into());
    let engine = Engine::default();
    let bytes = pollbench_guests::BUILT_IN[0].component;
    let key = Key::of(&engine, bytes);
    assert!(!store.has(&key));
    compile_with(&store, &engine, bytes).unwrap();
    let code = store.get(&key).unwrap();
    assert!(!code.is_empty() && store.has(&key));
    // What is there is used: it is another component's, which has no imports.
    let other = Component::new(&engine, EMPTY).unwrap().serialize().unwrap();
    let imports = |it: &Component| it.component_type().imports(&engine).count();
    store.put(&key, &other);
    assert_eq!(imports(&compile_with(&store, &engine, bytes).unwrap()), 0);
    // What is no code of this engine is not, and is replaced.
    store.put(&key, b"no code");
    assert!(imports(&compile_with(&store, &engine, bytes).unwrap()) > 0);
    assert_eq!(store.get(&key).unwrap(), code);
    assert!(compile_with(&store, &engine, b"no component").is_err());
    assert_eq!(files(directory.path()).len(), 1);
}

#[test]
fn a_file_that_others_can_write_to_is_not_taken() {
    let (_directory, store, key, file) = filled(b"code");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for (mode, is_taken) in
        [(0o644, true), (0o620, false), (0o602, false), (0o666, false), (0o600, true)]
    {
        set_mode(&file, mode);
        assert_eq!(store.get(&key).is_some(), is_taken, "{mode:o}");
    }
    // Nor is anything that is no file.
    fs::remove_file(&file).unwrap();
    fs::create_dir(&file).unwrap();
    assert_eq!(store.get(&key), None);
}

#[test]
fn a_directory_that_others_can_write_to_is_not_used() {
    let directory = tempfile::tempdir().unwrap();
    let distrusted = |mode| {
        set_mode(directory.path(), mode);
        place::distrust(&fs::metadata(directory.path()).unwrap())
    };
    assert_eq!([0o700, 0o755].map(distrusted), [None; 2]);
    let why = Some("can be written to by others");
    assert_eq!([0o770, 0o777, 0o1777].map(distrusted), [why; 3]);
}

#[test]
fn code_of_another_key_is_not_taken() {
    let (_directory, store, key, file) = filled(b"code");
    let other = Key::of(&Engine::default(), b"another");
    store.put(&other, b"other code");
    fs::copy(&file, file.with_extension("copy")).unwrap();
    let of_other = files(store.directory())
        .into_iter()
        .find(|it| *it != file && it.extension().is_some_and(|it| it == "cwasm"));
    fs::rename(file.with_extension("copy"), of_other.unwrap()).unwrap();
    assert_eq!((store.get(&key).as_deref(), store.get(&other)), (Some(&b"code"[..]), None));
}

#[test]
fn what_was_not_used_for_longest_makes_room() {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::of_size(directory.path().into(), 1000);
    let key = |name: u8| Key::of(&Engine::default(), &[name]);
    let mut now = SystemTime::now() - Duration::from_secs(1000);
    let put = |name: u8, length: usize| store.put(&key(name), &vec![name; length]);
    let there = || (0..6).filter(|name| store.has(&key(*name))).collect::<Vec<u8>>();
    // Times of use in the order in which they are put, whatever the clock's resolution is.
    for name in 0..3 {
        put(name, 150);
        now += Duration::from_secs(1);
        let newest = files(directory.path())
            .into_iter()
            .max_by_key(|it| fs::metadata(it).unwrap().modified().unwrap());
        File::open(newest.unwrap()).unwrap().set_modified(now).unwrap();
    }
    assert_eq!(there(), [0, 1, 2]);
    assert!(store.get(&key(0)).is_some());
    put(3, 250);
    assert_eq!(there(), [0, 2, 3]);
    put(4, 2000);
    assert_eq!(there(), [0, 2, 3]);
    put(5, 900);
    assert_eq!(there(), [5]);
    // Other files stay, and what has been unfinished for long goes.
    fs::write(directory.path().join("mine"), [0; 5000]).unwrap();
    let unfinished = directory.path().join(".unfinished-1");
    fs::write(&unfinished, []).unwrap();
    put(0, 10);
    assert!(unfinished.exists() && directory.path().join("mine").exists());
    File::open(&unfinished).unwrap().set_modified(now - Duration::from_hours(2)).unwrap();
    put(1, 10);
    assert!(!unfinished.exists());
}

proptest! {
    #[test]
    fn a_file_is_taken_only_as_it_was_written(
        code in prop::collection::vec(any::<u8>(), 0..50),
        at in any::<prop::sample::Index>(),
        change in 1..=255_u8,
        cut in any::<prop::sample::Index>(),
        more in prop::collection::vec(any::<u8>(), 1..5),
    ) {
        let (_directory, store, key, file) = filled(&code);
        prop_assert_eq!(store.get(&key), Some(code));
        let good = fs::read(&file).unwrap();
        let mut changed = good.clone();
        changed[at.index(good.len())] ^= change;
        let cut = good[..cut.index(good.len())].to_vec();
        for damaged in [changed, cut, [good.clone(), more].concat()] {
            fs::write(&file, &damaged).unwrap();
            prop_assert_eq!(store.get(&key), None);
        }
        fs::write(&file, &good).unwrap();
        prop_assert!(store.get(&key).is_some());
    }
}
