//! Graph: the export of billing data as clients of the reports interface ask for it and read it.
//!
//! Source: Microsoft Graph v1.0, partners billing (operations, manifests, usage and reconciliation exports), read 2026-11.

use serde::{Deserialize, Serialize};

/// How long a client should wait before it looks at an operation again. Unit: seconds.
pub const LOOK_AGAIN_SECONDS: u32 = 2;

/// The version of the rows, as manifests say it.
pub const SCHEMA_VERSION: &str = "2";

/// What is asked for. Which members are read depends on the path.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ExportRequest {
    /// The number of a document; for billed data.
    pub invoice_id: Option<String>,
    /// The currency of the invoices; for unbilled data.
    pub currency_code: Option<String>,
    /// `current` or `last`; for unbilled data.
    pub billing_period: Option<String>,
    /// `full` or `basic`.
    pub attribute_set: Option<String>,
}

/// How far an export has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// What it is, as the clients of this interface tell the three kinds of operations apart.
    #[serde(rename = "@odata.type")]
    pub odata_type: String,
    /// Its id.
    pub id: String,
    /// When it was asked for.
    #[serde(rename = "createdDateTime")]
    pub created: String,
    /// When it was last changed.
    #[serde(rename = "lastActionDateTime")]
    pub last_action: String,
    /// `running`, `succeeded` or `failed`.
    pub status: String,
    /// What it made, as published programs read it: here.
    #[serde(rename = "resourceLocation", default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<Manifest>,
    /// Where the same is found, as the reference says it.
    #[serde(rename = "resourceLocation@odata.navigationLink", default, skip_serializing_if = "Option::is_none")]
    pub manifest_link: Option<String>,
    /// Why it made nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<OperationError>,
}

/// Why an operation made nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationError {
    /// `5000` when there is no data.
    pub code: String,
    /// What is wrong and what to do.
    pub message: String,
}

/// The files of an export and how to read them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Its id.
    pub id: String,
    /// The version of the rows.
    pub schema_version: String,
    /// `compressedJSONLines`.
    pub data_format: String,
    /// When it was made.
    pub created_date_time: String,
    /// Differs exactly when the data does.
    pub e_tag: String,
    /// Whose data it is.
    pub partner_tenant_id: String,
    /// Where the files are: a file is at this, a slash, and its name.
    pub root_directory: String,
    /// The query with which they are read.
    pub sas_token: String,
    /// `default`: the files are parts of one list.
    pub partition_type: String,
    /// How many files there are.
    pub blob_count: usize,
    /// The files, in order.
    pub blobs: Vec<Blob>,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Blob {
    /// Its name.
    pub name: String,
    /// `default`.
    pub partition_value: String,
}
