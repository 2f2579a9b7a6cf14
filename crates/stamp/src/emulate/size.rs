//! Size: how many virtual processors a virtual machine of each size has.

use std::sync::LazyLock;

/// A size of virtual machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VmSize {
    /// Its name, such as `Standard_F2s`.
    pub name: &'static str,
    /// Unit: virtual processors. A constrained size counts the reduced number.
    pub vcpus: u32,
}

/// All sizes that stamps offer. Source: Azure Stack Hub, supported VM sizes, read 2026-11.
pub fn vm_sizes() -> &'static [VmSize] {
    static SIZES: LazyLock<Vec<VmSize>> = LazyLock::new(|| {
        let size = |line: &'static str| {
            let (name, vcpus) = line.split_once(',')?;
            Some(VmSize { name, vcpus: vcpus.parse().ok()? })
        };
        include_str!("../../data/vm-sizes.csv").lines().skip(1).filter_map(size).collect()
    });
    &SIZES
}

/// The sizes that the emulated tenants choose from: mostly small ones, as on real stamps.
pub(crate) const CHOSEN: &[&str] = &[
    "Standard_A0",
    "Standard_A1",
    "Standard_F1s",
    "Standard_F2s",
    "Standard_F2s",
    "Standard_D1_v2",
    "Standard_D2_v2",
    "Standard_D11_v2",
    "Standard_DS3_v2",
    "Standard_DS13-4_v2",
    "Standard_A4",
    "Standard_F8s",
    "Standard_F16s_v2",
];

/// A size by its name.
pub(crate) fn find(name: &str) -> Option<VmSize> {
    vm_sizes().iter().find(|size| size.name == name).copied()
}

#[cfg(test)]
mod tests;
