//! Registration token: what a stamp says about itself when it is registered.
//!
//! Base64 of a JSON object, without a signature. Property names are matched without case.
//! Source: Azure Stack Hub registration REST 2017-06-01, published example; registration script 2020-04.

use base64::{Engine, engine::general_purpose::STANDARD};
use model::{BillingModel, CloudId, LocalSubscriptionId};
use serde::Serialize;

use crate::hardware::Hardware;

mod members;

use members::Members;

/// The longest token that is looked at. Unit: bytes of base64, blanks included.
pub const TOKEN_BYTES_MAX: usize = 256 * 1024;

/// The version that this program writes: unsigned.
pub const VERSION: &str = "1.0";

/// The beginning of every message about a token that cannot be read.
const MALFORMED: &str = "The registration token is malformed.";

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistrationToken {
    /// The stamp, for ever. Mostly a GUID.
    pub cloud_id: CloudId,
    /// How the stamp is to be paid for.
    pub billing_model: BillingModel,
    /// The object id of the bridge's service principal.
    pub object_id: String,
    /// The version of the token's format.
    pub version: String,
    /// Whether the stamp reports its usage.
    pub usage_reporting: bool,
    /// Whether the stamp may download from the marketplace. Off unless the token asks for it.
    pub marketplace_syndication: bool,
    /// The agreement that a capacity registration is paid under.
    pub agreement_number: Option<String>,
    /// The tag of a contract of its own.
    pub ms_asset_tag: Option<String>,
    /// The regions of the stamp.
    pub region_names: Vec<String>,
    /// Who made the token.
    pub issuer: Option<String>,
    /// The hosts, exactly as sent.
    pub hardware: Hardware,
    /// The operator's own local subscription. Only stamps of this project say it: `defaultProviderSubscriptionId`.
    pub default_provider_subscription: Option<LocalSubscriptionId>,
}

/// Why a token is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TokenProblem {
    /// The property that is to blame, if it is one.
    pub target: Option<&'static str>,
    /// Sentences for people. When the token cannot be read, the first says that it is malformed.
    pub message: String,
}

impl TokenProblem {
    fn malformed(target: Option<&'static str>, what: &str) -> Self {
        Self { target, message: format!("{MALFORMED} {what}") }
    }

    fn contradiction(target: &'static str, message: &str) -> Self {
        Self { target: Some(target), message: message.to_owned() }
    }
}

/// Whether a model reports usage when the token does not say. Source: domain notes C.5.
fn reports_by_default(model: BillingModel) -> bool {
    match model {
        BillingModel::PayAsYouUse | BillingModel::Development | BillingModel::Ruggedized => true,
        BillingModel::Capacity | BillingModel::Custom => false,
    }
}

/// Reads a billing model without case.
pub fn read_billing_model(text: &str) -> Option<BillingModel> {
    BillingModel::ALL.iter().copied().find(|model| model.word().eq_ignore_ascii_case(text))
}

/// Reads a token.
///
/// # Errors
///
/// When it is too long, is not base64 of such an object, lacks a property or contradicts itself.
pub fn read(text: &str) -> Result<RegistrationToken, TokenProblem> {
    if text.len() > TOKEN_BYTES_MAX {
        let what = format!("It is longer than {TOKEN_BYTES_MAX} bytes.");
        return Err(TokenProblem::malformed(None, &what));
    }
    let whole = |what: &str| TokenProblem::malformed(None, what);
    let bytes = STANDARD.decode(text.trim()).map_err(|_| whole("It is not base64 in the standard alphabet."))?;
    let json = std::str::from_utf8(&bytes).map_err(|_| whole("The text inside is not UTF-8."))?;
    let token = read_object(json.strip_prefix('\u{feff}').unwrap_or(json))?;
    check(&token)?;
    // A capacity registration is paid by the year; what it uses is nobody's business.
    let usage_reporting = token.usage_reporting && token.billing_model != BillingModel::Capacity;
    Ok(RegistrationToken { usage_reporting, ..token })
}

fn read_object(json: &str) -> Result<RegistrationToken, TokenProblem> {
    let members = Members::read(json)?;
    let cloud = members.required_text("cloudId")?;
    let cloud_id = CloudId::new(&cloud)
        .map_err(|error| TokenProblem::malformed(Some("cloudId"), &format!("Its cloudId cannot be an id: {error}.")))?;
    let model = members.required_text("billingModel")?;
    let billing_model = read_billing_model(&model).ok_or_else(|| {
        let known: Vec<_> = BillingModel::ALL.iter().map(|known| known.word()).collect();
        let what = format!("Its billingModel {model:?} is none of {}.", known.join(", "));
        TokenProblem::malformed(Some("billingModel"), &what)
    })?;
    let provider = members.text("defaultProviderSubscriptionId")?;
    let default_provider_subscription =
        provider.map(|text| LocalSubscriptionId::new(&text)).transpose().map_err(|error| {
            let what = format!("Its defaultProviderSubscriptionId cannot be an id: {error}.");
            TokenProblem::malformed(Some("defaultProviderSubscriptionId"), &what)
        })?;
    Ok(RegistrationToken {
        cloud_id,
        billing_model,
        object_id: members.required_text("objectId")?,
        version: members.required_text("version")?,
        usage_reporting: members.flag("usageReportingEnabled")?.unwrap_or(reports_by_default(billing_model)),
        marketplace_syndication: members.flag("marketplaceSyndicationEnabled")?.unwrap_or(false),
        agreement_number: members.text("agreementNumber")?,
        ms_asset_tag: members.text("msAssetTag")?,
        region_names: members.texts("regionNames")?,
        issuer: members.text("issuer")?,
        hardware: members.hardware("hardwareInfo")?,
        default_provider_subscription,
    })
}

/// What a readable token may not say. Source: domain notes C.2 and C.5.
fn check(token: &RegistrationToken) -> Result<(), TokenProblem> {
    let problem = match token.billing_model {
        BillingModel::Capacity if token.agreement_number.is_none() => Some((
            "agreementNumber",
            "A registration with the billing model Capacity needs an agreement number. Make the token again with it.",
        )),
        BillingModel::PayAsYouUse if !token.usage_reporting => Some((
            "usageReportingEnabled",
            "A registration with the billing model PayAsYouUse must report usage. Make the token again with usage reporting on.",
        )),
        BillingModel::Custom if token.ms_asset_tag.is_none() => Some((
            "msAssetTag",
            "A registration with the billing model Custom needs an asset tag. Make the token again with it.",
        )),
        _ => None,
    };
    problem.map_or(Ok(()), |(target, message)| Err(TokenProblem::contradiction(target, message)))
}

/// The object inside, in the order that stamps write it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    billing_model: &'a str,
    object_id: &'a str,
    cloud_id: &'a str,
    usage_reporting_enabled: bool,
    marketplace_syndication_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ms_asset_tag: Option<&'a str>,
    region_names: &'a [String],
    hardware_info: &'a Hardware,
    #[serde(skip_serializing_if = "Option::is_none")]
    issuer: Option<&'a str>,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_provider_subscription_id: Option<&'a str>,
}

/// Writes a token. Reading it gives the same again, if it does not contradict itself.
pub fn write(token: &RegistrationToken) -> String {
    let written = Written {
        billing_model: token.billing_model.word(),
        object_id: &token.object_id,
        cloud_id: token.cloud_id.as_str(),
        usage_reporting_enabled: token.usage_reporting,
        marketplace_syndication_enabled: token.marketplace_syndication,
        agreement_number: token.agreement_number.as_deref(),
        ms_asset_tag: token.ms_asset_tag.as_deref(),
        region_names: &token.region_names,
        hardware_info: &token.hardware,
        issuer: token.issuer.as_deref(),
        version: &token.version,
        default_provider_subscription_id: token.default_provider_subscription.as_ref().map(LocalSubscriptionId::as_str),
    };
    // Texts, flags and raw JSON can always be written.
    STANDARD.encode(serde_json::to_vec(&written).unwrap_or_default())
}

#[cfg(test)]
mod tests;
