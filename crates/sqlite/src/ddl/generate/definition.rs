//! A random definition of any kind.

use super::writer::Writer;

/// Makes a definition by choices, a byte each; the same choices give the same text, and no choices the simplest.
///
/// It follows SQLite's grammar, and mostly names what is there, so that SQLite takes most.
pub(crate) fn definition(choices: &[u8]) -> String {
    let mut writer = Writer::new(choices);
    writer.put("CREATE");
    match writer.below(10) {
        0..=4 => {
            writer.put_one_of(&["", "", "TEMP", "TEMPORARY"]);
            writer.put("TABLE");
            writer.create_table();
        }
        5 => {
            writer.put_one_of(&["INDEX", "UNIQUE INDEX"]);
            writer.create_index();
        }
        6 => {
            writer.put_one_of(&["VIEW", "TEMP VIEW"]);
            writer.create_view();
        }
        7..=8 => {
            writer.put_one_of(&["TRIGGER", "TEMP TRIGGER"]);
            writer.create_trigger();
        }
        _ => {
            writer.put("VIRTUAL TABLE");
            writer.create_virtual_table();
        }
    }
    if writer.chance(6) {
        writer.put(";");
    }
    writer.finish()
}
