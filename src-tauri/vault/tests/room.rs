//! Room that is held back for deletes, on a disk that is full and on one that is not.

mod common;

use common::{Scene, body};
use stave_vault::Error;
use stave_vault::testing::{Fault, Lasting, Operation, Plan};

const FULL: Plan = Plan {
    at: 0,
    fault: Fault::Full,
    lasting: Lasting::Forever,
};

fn room_bytes(scene: &Scene) -> Option<u64> {
    let room = std::fs::metadata(scene.dir().join("room"));
    room.ok().map(|file| file.len())
}

#[test]
fn room_is_held_once_and_let_go_of_once() {
    let scene = Scene::new();
    scene.vault().hold_room().unwrap();
    assert_eq!(room_bytes(&scene), Some(16 * 1024 * 1024));
    scene.disk.heal();
    scene.vault().hold_room().unwrap();
    assert_eq!(scene.disk.operations(), []);
    assert!(scene.vault().release_room().unwrap());
    assert_eq!(room_bytes(&scene), None);
    assert!(!scene.vault().release_room().unwrap());
}

#[test]
fn room_that_is_held_is_found_again() {
    let mut scene = Scene::new();
    scene.vault().hold_room().unwrap();
    scene.reopen();
    scene.disk.plan(FULL);
    scene.vault().hold_room().unwrap();
}

#[test]
fn a_full_disk_leaves_nothing_of_the_room() {
    for at in 0..3 {
        let scene = Scene::new();
        scene.disk.plan(Plan { at, ..FULL });
        let refused = scene.vault().hold_room();
        assert!(matches!(refused, Err(Error::DiskFull { .. })), "{at}");
        assert_eq!(room_bytes(&scene), None, "{at}");
        scene.disk.heal();
        scene.vault().hold_room().unwrap();
    }
}

#[test]
fn room_that_a_crash_cut_short_is_held_anew() {
    let scene = Scene::new();
    std::fs::write(scene.dir().join("room"), "short").unwrap();
    scene.vault().hold_room().unwrap();
    assert_eq!(room_bytes(&scene), Some(16 * 1024 * 1024));
}

#[test]
fn holding_room_writes_nothing_but_it() {
    let scene = Scene::new();
    scene.keep(&body(10));
    scene.disk.heal();
    scene.vault().hold_room().unwrap();
    let room = scene.dir().join("room");
    let asked = scene.disk.operations();
    let written = asked.iter().filter(|(what, _)| *what == Operation::Write);
    assert!(written.clone().count() > 0);
    assert!(written.clone().all(|(_, path)| *path == room));
}
