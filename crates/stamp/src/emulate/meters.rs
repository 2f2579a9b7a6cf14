//! Meters: the ids that the cloud sends, each spelled as real stamps spell it.

// The three meters of virtual machines are recorded in lower case, whatever the published tables print.
pub const VM_SIZE_HOURS: &str = "6dab500f-a4fd-49c4-956d-229bb9c8c793";
pub const WINDOWS_VM: &str = "9cd92d4c-bafd-4492-b278-bedc2de8232a";
pub const BASE_VM: &str = "fab6eb84-500b-4a09-a8ca-7358f8bbaea5";

pub const STATIC_ADDRESS: &str = "F271A8A388C44D93956A063E1D2FA80B";
pub const DYNAMIC_ADDRESS: &str = "9E2739BA86744796B465F64674B822BA";

pub const TABLE_CAPACITY: &str = "B4438D5D-453B-4EE1-B42A-DC72E377F1E4";
pub const PAGE_BLOB_CAPACITY: &str = "B5C15376-6C94-4FDD-B655-1A69D138ACA3";
pub const QUEUE_CAPACITY: &str = "B03C6AE7-B080-4BFA-84A3-22C800F315C6";
pub const BLOCK_BLOB_CAPACITY: &str = "09F8879E-87E9-4305-A572-4B7BE209F857";
pub const BLOB_TRANSACTIONS: &str = "43DAF82B-4618-444A-B994-40C23F7CD438";
pub const BLOB_DATA_IN: &str = "9764F92C-E44A-498E-8DC1-AAD66587A810";
pub const BLOB_DATA_OUT: &str = "3023FEF4-ECA5-4D7B-87B3-CFBC061931E8";
pub const TABLE_TRANSACTIONS: &str = "B9FF3CD0-28AA-4762-84BB-FF8FBAEA6A90";
pub const QUEUE_TRANSACTIONS: &str = "EB43DD12-1AA6-4C4B-872C-FAF15A6785EA";

pub const ACTUAL_STANDARD_DISK_SIZE: &str = "7ba084ec-ef9c-4d64-a179-7732c6cb5e28";
pub const ACTUAL_PREMIUM_DISK_SIZE: &str = "daef389a-06e5-4684-a7f7-8813d9f792d5";

pub const SQL_DATABASE_SIZE: &str = "CBCFEF9A-B91F-4597-A4D3-01FE334BED82";
pub const MYSQL_DATABASE_SIZE: &str = "E6D8CFCD-7734-495E-B1CC-5AB0B9C24BD3";
pub const KEY_VAULT_TRANSACTIONS: &str = "EBF13B9F-B3EA-46FE-BF54-396E93D48AB4";
pub const KEY_VAULT_ADVANCED: &str = "2C354225-B2FE-42E5-AD89-14F0EA302C87";
pub const EVENT_HUBS_CORE: &str = "CB6A35C5-FADE-406C-B14D-6DDB7C4CA3D5";

pub const APP_SERVICE: &str = "190C935E-9ADA-48FF-9AB8-56EA1CF9ADAA";
pub const FUNCTIONS_REQUESTS: &str = "67CC4AFC-0691-48E1-A4B8-D744D1FEDBDE";
pub const FUNCTIONS_COMPUTE: &str = "D1D04836-075C-4F27-BF65-0A1130EC60ED";
pub const SHARED_APP_SERVICE: &str = "957E9F36-2C14-45A1-B6A1-1723EF71A01D";
pub const SMALL_STANDARD_APP_SERVICE: &str = "88039D51-A206-3A89-E9DE-C5117E2D10A6";
pub const LARGE_PREMIUM_APP_SERVICE: &str = "A2104A9D-5A78-4F8F-A2DF-034BD43D602D";
pub const WEB_PROCESS: &str = "73215A6C-FA54-4284-B9C1-7E8EC871CC5B";
pub const SNI_SSL: &str = "264ACB47-AD38-47F8-ADD3-47F01DC4F473";
pub const EXTERNAL_EGRESS: &str = "5887D39B-0253-4E12-83C7-03E1A93DFFD9";

pub const ACTUAL_STANDARD_SNAPSHOT_SIZE: &str = "108fa95b-be0d-4cd9-96e8-5b0d59505df1";
pub const ACTUAL_PREMIUM_SNAPSHOT_SIZE: &str = "578ae51d-4ef9-42f9-85ae-42b52d3d83ac";

/// All meters above.
const SINGLE: &[&str] = &[
    VM_SIZE_HOURS,
    WINDOWS_VM,
    BASE_VM,
    STATIC_ADDRESS,
    DYNAMIC_ADDRESS,
    TABLE_CAPACITY,
    PAGE_BLOB_CAPACITY,
    QUEUE_CAPACITY,
    BLOCK_BLOB_CAPACITY,
    BLOB_TRANSACTIONS,
    BLOB_DATA_IN,
    BLOB_DATA_OUT,
    TABLE_TRANSACTIONS,
    QUEUE_TRANSACTIONS,
    ACTUAL_STANDARD_DISK_SIZE,
    ACTUAL_PREMIUM_DISK_SIZE,
    SQL_DATABASE_SIZE,
    MYSQL_DATABASE_SIZE,
    KEY_VAULT_TRANSACTIONS,
    KEY_VAULT_ADVANCED,
    EVENT_HUBS_CORE,
    APP_SERVICE,
    FUNCTIONS_REQUESTS,
    FUNCTIONS_COMPUTE,
    SHARED_APP_SERVICE,
    SMALL_STANDARD_APP_SERVICE,
    LARGE_PREMIUM_APP_SERVICE,
    WEB_PROCESS,
    SNI_SSL,
    EXTERNAL_EGRESS,
    ACTUAL_STANDARD_SNAPSHOT_SIZE,
    ACTUAL_PREMIUM_SNAPSHOT_SIZE,
];

/// All meters that the cloud sends, those of custom worker tiers excepted.
pub fn all() -> impl Iterator<Item = &'static str> {
    SINGLE.iter().copied().chain(DISK_CLASSES.iter().map(|class| class.meter))
}

/// A class of managed disks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DiskClass {
    /// The meter of its disk months.
    pub meter: &'static str,
    /// The most it holds. Unit: gigabytes. Source: usage FAQ 2021-02.
    pub gigabytes: u64,
    /// The meter of what is really stored on it.
    pub actual_size: &'static str,
}

/// The classes that the emulated tenants choose from.
pub const DISK_CLASSES: &[DiskClass] = &[
    DiskClass { meter: "380874f9-300c-48e0-95a0-d2d9a21ade8f", gigabytes: 32, actual_size: ACTUAL_STANDARD_DISK_SIZE },
    DiskClass { meter: "1b77d90f-427b-4435-b4f1-d78adec53222", gigabytes: 64, actual_size: ACTUAL_STANDARD_DISK_SIZE },
    DiskClass { meter: "d5f7731b-f639-404a-89d0-e46186e22c8d", gigabytes: 128, actual_size: ACTUAL_STANDARD_DISK_SIZE },
    DiskClass { meter: "88ea9228-457a-4091-adc9-ad5194f30b6e", gigabytes: 512, actual_size: ACTUAL_STANDARD_DISK_SIZE },
    DiskClass { meter: "7660b45b-b29d-49cb-b816-59f30fbab011", gigabytes: 32, actual_size: ACTUAL_PREMIUM_DISK_SIZE },
    DiskClass { meter: "e554b6bc-96cd-4938-a5b5-0da990278519", gigabytes: 128, actual_size: ACTUAL_PREMIUM_DISK_SIZE },
];

/// The meter of a custom worker tier: the same for the same name, and in no catalogue.
pub fn custom_worker_tier(tier: &str) -> String {
    uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_OID, tier.as_bytes()).to_string().to_uppercase()
}
