//! A contract as people type it.

use crate::bond::Firm;
use model::{CreditLevel, Day, Fault, Faults, FirmSize, LotKind, Money, Uscc};
use serde::{Deserialize, Serialize};

/// A contract, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ContractForm {
    /// A key of the form's own: sent twice, it counts once.
    pub key: String,
    /// The notice of its tender, where there was one.
    pub notice: String,
    /// What it is about.
    pub title: String,
    /// The firm's name.
    pub firm: String,
    /// Its unified social credit code.
    pub uscc: String,
    /// How large it is.
    pub size: String,
    /// Its credit level.
    pub credit: String,
    /// It has a record of broken faith.
    pub failings: String,
    /// What is bought.
    pub kind: String,
    /// Government procurement.
    pub procurement: String,
    /// Paid for by the government.
    pub government: String,
    /// For how much, in 万元.
    pub price: String,
    /// The day of signing.
    pub signed: String,
    /// The day by which it is to be carried out.
    pub ends: String,
    /// Within how many days after delivery the owner pays; empty where nothing was agreed.
    pub pays: String,
    /// The firm's account.
    pub account: String,
}

/// A contract that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// What it is about.
    pub title: String,
    /// The firm's name.
    pub name: String,
    /// Its unified social credit code.
    pub uscc: Uscc,
    /// Who it is.
    pub who: Firm,
    /// What is bought.
    pub kind: LotKind,
    /// Government procurement.
    pub procurement: bool,
    /// Paid for by the government.
    pub government: bool,
    /// For how much.
    pub price: Money,
    /// The day of signing.
    pub signed: Day,
    /// The day by which it is to be carried out.
    pub ends: Day,
    /// Within how many days after delivery the owner pays; 0 where nothing was agreed.
    pub pays: u32,
    /// The firm's account.
    pub account: String,
}

impl ContractForm {
    /// Reads it. `awarded` is the day of the award notice, `most` the longest time for paying
    /// a small or medium firm.
    ///
    /// # Errors
    ///
    /// What is wrong, field by field.
    pub fn read(&self, awarded: Option<Day>, most: u32, today: Day) -> Result<Terms, Faults> {
        let mut faults = Faults::new();
        let title = faults.reason("title", &self.title, 4, 120);
        let name = faults.reason("firm", &self.firm, 4, 80);
        let uscc = faults.uscc("uscc", &self.uscc);
        let size = faults.choice::<FirmSize>("size", &self.size);
        let credit = faults.choice::<CreditLevel>("credit", &self.credit);
        let kind = faults.choice::<LotKind>("kind", &self.kind);
        let price = faults.wan("price", &self.price);
        let signed = faults.day("signed", &self.signed);
        if signed.is_some_and(|signed| signed > today) {
            faults.note("signed", Fault::InFuture);
        }
        if let Some((signed, awarded)) = signed.zip(awarded)
            && signed < awarded
        {
            let why = format!("早于中标通知书发出之日 {awarded}");
            faults.note("signed", Fault::AgainstRule { why });
        }
        let ends = faults.day("ends", &self.ends);
        if let Some((signed, ends)) = signed.zip(ends)
            && ends <= signed
        {
            faults.note("ends", Fault::NotAfter { day: signed });
        }
        let pays = match self.pays.trim() {
            "" => 0,
            typed => faults.count("pays", typed, 1, 3_650),
        };
        if size.is_some_and(FirmSize::is_sme) && pays > most {
            let why =
                format!("向中小企业付款，约定的期限最长 {most} 日（保障中小企业款项支付条例）");
            faults.note("pays", Fault::AgainstRule { why });
        }
        let account = faults.account("account", &self.account);
        let (Some(uscc), Some(size), Some(credit), Some(kind), Some(price)) =
            (uscc, size, credit, kind, price)
        else {
            return Err(faults);
        };
        let (Some(signed), Some(ends), Some(account), true) =
            (signed, ends, account, faults.is_empty())
        else {
            return Err(faults);
        };
        Ok(Terms {
            title,
            name,
            uscc,
            who: Firm { size, credit, failings: self.failings == "yes" },
            kind,
            procurement: self.procurement == "yes",
            government: self.government == "yes",
            price,
            signed,
            ends,
            pays,
            account,
        })
    }
}
