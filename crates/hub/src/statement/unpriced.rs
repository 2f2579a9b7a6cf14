//! Unpriced: usage that should have an amount and has none.

use billing::rate::Unrated;
use model::{CustomerId, Month, PartnerId, PayingSubscriptionId};

use crate::{
    Hub,
    close::{CloseError, terms},
};

/// Usage of a paying subscription that should have an amount and has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unpriced {
    /// Who would pay.
    pub paying_subscription: PayingSubscriptionId,
    /// The customer of it; none for the partner's own.
    pub customer: Option<CustomerId>,
    /// What was used, with the reason. The sentence of the reason says what to do.
    pub usage: Unrated,
}

impl Hub {
    /// The usage of a partner's month that should have an amount and has none.
    ///
    /// # Errors
    ///
    /// When the partner is unknown or not invoiced itself, when a sum does not fit, or when the store fails.
    pub fn unpriced(&self, partner: &PartnerId, month: Month) -> Result<Vec<Unpriced>, CloseError> {
        let office = self.current_office()?;
        match terms(&office, partner) {
            // Without a price list nothing has a price, and that is to be said of each meter.
            Ok(_) | Err(CloseError::NoPriceList(_)) => {}
            Err(error) => return Err(error),
        }
        let stamps = Self::stamps_of(&office, partner);
        let book = self.gather(&office, &stamps, month)?;
        let mut unpriced = Vec::new();
        for rated in Self::rate(&office, &book, Some(partner))? {
            let (paying_subscription, customer) = (rated.paying_subscription, rated.customer);
            unpriced.extend(rated.unpriced.into_iter().map(|usage| Unpriced {
                paying_subscription: paying_subscription.clone(),
                customer: customer.clone(),
                usage,
            }));
        }
        Ok(unpriced)
    }
}
