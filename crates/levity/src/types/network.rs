use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use bytes::{Buf, BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};

use super::BoxError;
use crate::{IntoValue, Never, Operand, query::Expr};

/// An `inet` value: the address of a host, with the size of its network.
///
/// An [`IpAddr`] becomes one by itself where a column of this type is set; it stands for the host alone (`/32`, `/128`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Inet {
    address: IpAddr,
    prefix: u8,
}

/// A `cidr` value: the address of a network. Its bits beyond the prefix are zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Cidr(Inet);

/// Something that is not the address of a host or network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NetworkError {
    /// The prefix has more bits than the address.
    #[error("the prefix `/{prefix}` is longer than the address `{address}`")]
    Prefix {
        /// The address.
        address: IpAddr,
        /// The number of bits.
        prefix: u8,
    },
    /// A network's address has bits beyond its prefix.
    #[error("`{0}` is a host in its network; the address of a network is zero beyond the prefix")]
    HostBits(Inet),
    /// A text that cannot be read.
    #[error("`{0}` is not an address such as `192.0.2.1`, `192.0.2.0/24` or `2001:db8::1`")]
    Text(String),
}

fn bits(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

impl Inet {
    /// A host in a network whose address has `prefix` bits.
    pub fn new(address: IpAddr, prefix: u8) -> Result<Self, NetworkError> {
        if prefix > bits(address) {
            return Err(NetworkError::Prefix { address, prefix });
        }
        Ok(Self { address, prefix })
    }

    /// The host's address.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// How many bits of the address are the network's.
    pub fn prefix(self) -> u8 {
        self.prefix
    }

    /// Whether it is a host alone, without a network.
    pub fn is_host(self) -> bool {
        self.prefix == bits(self.address)
    }

    /// The network that the host is in.
    pub fn network(self) -> Cidr {
        let address = match self.address {
            IpAddr::V4(address) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
            }
            IpAddr::V6(address) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
            }
        };
        Cidr(Self { address, ..self })
    }
}

impl Cidr {
    /// The network with this address and prefix.
    pub fn new(address: IpAddr, prefix: u8) -> Result<Self, NetworkError> {
        Self::try_from(Inet::new(address, prefix)?)
    }

    /// The network's address.
    pub fn address(self) -> IpAddr {
        self.0.address
    }

    /// How many bits of an address are the network's.
    pub fn prefix(self) -> u8 {
        self.0.prefix
    }

    /// Whether the address is one of this network.
    pub fn contains(self, address: IpAddr) -> bool {
        Inet::new(address, self.prefix()).is_ok_and(|host| host.network() == self)
    }
}

impl From<IpAddr> for Inet {
    fn from(address: IpAddr) -> Self {
        Self { address, prefix: bits(address) }
    }
}

impl From<Cidr> for Inet {
    fn from(network: Cidr) -> Self {
        network.0
    }
}

impl TryFrom<Inet> for Cidr {
    type Error = NetworkError;

    fn try_from(inet: Inet) -> Result<Self, NetworkError> {
        let network = inet.network();
        if network.0 == inet { Ok(network) } else { Err(NetworkError::HostBits(inet)) }
    }
}

#[diagnostic::do_not_recommend]
impl IntoValue<Inet> for IpAddr {
    fn into_value(self) -> Inet {
        self.into()
    }
}

#[diagnostic::do_not_recommend]
impl IntoValue<Option<Inet>> for IpAddr {
    fn into_value(self) -> Option<Inet> {
        Some(self.into())
    }
}

#[diagnostic::do_not_recommend]
impl Operand<Inet> for IpAddr {
    type Scope = ();
    type Nullability = Never;

    fn into_operand(self) -> Expr {
        Expr::Parameter(Arc::new(Inet::from(self)))
    }
}

/// With the prefix unless it is a host alone, as PostgreSQL prints it.
impl fmt::Display for Inet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_host() { self.address.fmt(f) } else { write!(f, "{}/{}", self.address, self.prefix) }
    }
}

/// With the prefix, as PostgreSQL prints it.
impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address(), self.prefix())
    }
}

impl FromStr for Inet {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let refuse = || NetworkError::Text(text.to_owned());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix.parse().map_err(|_| refuse())?)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| refuse())?;
        Self::new(address, prefix.unwrap_or(bits(address)))
    }
}

impl FromStr for Cidr {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        Self::try_from(text.parse::<Inet>()?)
    }
}

// The binary format (`network_send`): the family, the prefix, whether it is a `cidr`, the length of the address, the address.
const IPV4: u8 = 2;
const IPV6: u8 = 3;

fn decode(mut raw: &[u8]) -> Result<Inet, BoxError> {
    let (family, prefix, _, _) = (raw.try_get_u8()?, raw.try_get_u8()?, raw.try_get_u8()?, raw.try_get_u8()?);
    let address = match family {
        IPV4 => IpAddr::from(<[u8; 4]>::try_from(raw)?),
        IPV6 => IpAddr::from(<[u8; 16]>::try_from(raw)?),
        _ => return Err(format!("unknown address family {family}").into()),
    };
    Ok(Inet::new(address, prefix)?)
}

fn encode(inet: Inet, is_cidr: bool, out: &mut BytesMut) {
    out.put_u8(if inet.address.is_ipv4() { IPV4 } else { IPV6 });
    out.put_u8(inet.prefix);
    out.put_u8(is_cidr.into());
    out.put_u8(bits(inet.address) / 8);
    match inet.address {
        IpAddr::V4(address) => out.put_slice(&address.octets()),
        IpAddr::V6(address) => out.put_slice(&address.octets()),
    }
}

impl FromSql<'_> for Inet {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        decode(raw)
    }

    accepts!(INET, CIDR);
}

impl ToSql for Inet {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        encode(*self, false, out);
        Ok(IsNull::No)
    }

    accepts!(INET);
    to_sql_checked!();
}

impl FromSql<'_> for Cidr {
    fn from_sql(_: &Type, raw: &[u8]) -> Result<Self, BoxError> {
        Ok(Self::try_from(decode(raw)?)?)
    }

    accepts!(CIDR);
}

// `cidr` has no operators of its own: compared with one, a parameter is an `inet`.
impl ToSql for Cidr {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Result<IsNull, BoxError> {
        encode(self.0, *ty == Type::CIDR, out);
        Ok(IsNull::No)
    }

    accepts!(CIDR, INET);
    to_sql_checked!();
}
