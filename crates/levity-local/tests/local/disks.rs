use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use crate::support::{UserWorkspace, answer, failure, is_root};

/// A workspace on a small file system of its own.
struct SmallDisk(UserWorkspace);

impl SmallDisk {
    /// `None` where mounting is not allowed.
    fn mount() -> Option<Self> {
        let here = UserWorkspace::new();
        let size = format!("size=25m,uid={}", UserWorkspace::user());
        (is_root() && mount(&["-t", "tmpfs", "-o", &size, "tmpfs"], &here.path)).then(|| Self(here))
    }

    fn grow(&self) {
        assert!(mount(&["-o", "remount,size=300m"], &self.0.path));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        answer(self.0.command("stop"));
        assert!(Command::new("umount").arg(&self.0.path).status().unwrap().success());
    }
}

fn mount(arguments: &[&str], target: &Path) -> bool {
    Command::new("mount")
        .args(arguments)
        .arg(target)
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn data_directories(workspace: &Path) -> usize {
    let entries = fs::read_dir(workspace.join(".levity")).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().path().is_dir()).count()
}

/// The command, unable to make a file grow beyond a size. Stands in for a full disk where mounting is not
/// allowed.
fn limited(command: &Command, blocks: u32) -> Command {
    let mut limited = Command::new("/bin/sh");
    limited.args(["-c", &format!("ulimit -f {blocks}; exec \"$@\""), "sh"]);
    limited.arg(command.get_program()).args(command.get_args());
    limited.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
    limited
}

#[test]
fn disk_that_is_full_during_initialisation_leaves_nothing_behind() {
    if let Some(disk) = SmallDisk::mount() {
        let error = failure(disk.0.command("start"));
        assert!(error.contains("`initdb` failed on") && error.contains("No space left on device"), "{error}");
        assert_eq!(data_directories(&disk.0.path), 0);
        disk.grow();
        answer(disk.0.command("start"));
    } else {
        let here = UserWorkspace::new();
        let error = failure(limited(&here.command("start"), 64));
        assert!(error.contains("`initdb` failed on"), "{error}");
        assert_eq!(data_directories(&here.path), 0);
        answer(here.command("start"));
    }
}

#[test]
fn disk_that_is_full_at_a_start_costs_no_data() {
    if let Some(disk) = SmallDisk::mount() {
        disk.grow();
        answer(disk.0.command("start"));
        answer(disk.0.command("stop"));
        let ballast = disk.0.path.join("ballast");
        let mut fill = Command::new("dd");
        fill.args(["if=/dev/zero", "bs=1M"]).arg(format!("of={}", ballast.display())).stderr(Stdio::null());
        assert!(!fill.status().unwrap().success());

        let error = failure(disk.0.command("start"));
        assert!(error.contains("did not start in") && error.contains("No space left on device"), "{error}");
        fs::remove_file(ballast).unwrap();
        answer(disk.0.command("start"));
        assert_eq!(data_directories(&disk.0.path), 1);
    } else {
        let here = UserWorkspace::new();
        answer(here.command("start"));
        answer(here.command("stop"));
        let error = failure(limited(&here.command("start"), 1));
        assert!(error.contains("did not start in"), "{error}");
        answer(here.command("start"));
        assert_eq!(data_directories(&here.path), 1);
    }
}
