//! Trees of files whose bytes are known.

use std::fs;
use std::path::Path;

/// Returns `size` bytes that do not compress and differ with `seed`.
pub fn bytes(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut made = Vec::with_capacity(size + 8);
    while made.len() < size {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        made.extend_from_slice(&(mixed ^ (mixed >> 31)).to_le_bytes());
    }
    made.truncate(size);
    made
}

/// Writes a small tree with the names and sizes that clients stumble over. Returns the number of files.
pub fn write_tree(folder: &Path) -> usize {
    let files = [
        ("empty.txt", 0),
        ("one byte", 1),
        ("inline border.bin", 16 * 1024),
        ("over the border.bin", 16 * 1024 + 1),
        ("chunk.bin", 64 * 1024),
        ("deep/er/and deeper/Grüße +%&=.txt", 300),
        ("deep/日本語.txt", 70_000),
        ("deep/emoji 🦀.bin", 200_000),
        ("large.bin", 20 * 1024 * 1024 + 7),
    ];
    for (seed, (name, size)) in files.iter().enumerate() {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder is made");
        fs::write(&path, bytes(seed as u64, *size)).expect("a file is written");
    }
    files.len()
}

/// Returns every file below `folder`: its path from there, and its bytes.
pub fn read_tree(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: String| {
        let bytes = fs::read(folder.join(&name)).expect("a file is read");
        (name, bytes)
    };
    files_below(folder).into_iter().map(read).collect()
}

/// Returns the path of every file below `folder`, from there.
pub fn files_below(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(next) = waiting.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below");
                found.push(name.to_string_lossy().into_owned());
            }
        }
    }
    found.sort();
    found
}
