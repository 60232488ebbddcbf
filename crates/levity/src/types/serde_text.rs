//! Values that have a text form of their own are serialised as it, in JSON documents as well as in rows that are sent on.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Cidr, Inet, Interval, MacAddr, Numeric};

macro_rules! as_text {
    ($($rust:ty)*) => {
        $(
            impl Serialize for $rust {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> Deserialize<'de> for $rust {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
                }
            }
        )*
    };
}

as_text! { Numeric Interval Inet Cidr MacAddr }
