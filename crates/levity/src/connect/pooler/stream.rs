use std::{
    io,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

use super::rewrite::Rewriter;

/// How much may wait for the socket before the driver has to wait as well.
const FULL: usize = 64 * 1024;

/// A connection on which no prepared statement has a name.
pub(crate) struct Unnamed {
    inner: Box<dyn TlsStream + Send + Unpin>,
    rewriter: Rewriter,
    /// From the server: as it came, and as the driver gets it.
    arrived: BytesMut,
    readable: BytesMut,
    /// From the driver: as it came, and as the server gets it.
    given: BytesMut,
    outgoing: BytesMut,
    chunk: Box<[u8]>,
}

impl Unnamed {
    pub(super) fn new(inner: impl TlsStream + Send + Unpin + 'static) -> Self {
        Self {
            inner: Box::new(inner),
            rewriter: Rewriter::default(),
            arrived: BytesMut::new(),
            readable: BytesMut::new(),
            given: BytesMut::new(),
            outgoing: BytesMut::new(),
            chunk: vec![0; 8 * 1024].into_boxed_slice(),
        }
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.outgoing.is_empty() {
            let written = ready!(Pin::new(&mut self.inner).poll_write(cx, &self.outgoing))?;
            if written == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.outgoing.advance(written);
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Unnamed {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if !this.readable.is_empty() {
                let length = this.readable.len().min(buffer.remaining());
                buffer.put_slice(&this.readable.split_to(length));
                return Poll::Ready(Ok(()));
            }
            if this.rewriter.is_over() {
                return Poll::Ready(Ok(()));
            }
            let mut chunk = ReadBuf::new(&mut this.chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            if chunk.filled().is_empty() {
                return Poll::Ready(Ok(()));
            }
            this.arrived.extend_from_slice(chunk.filled());
            this.rewriter.translate_answers(&mut this.arrived, &mut this.readable)?;
            // What was held back until now; the driver flushes after it has read.
            this.rewriter.translate_requests(&mut this.given, &mut this.outgoing)?;
        }
    }
}

impl AsyncWrite for Unnamed {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        if this.outgoing.len() > FULL {
            ready!(this.poll_send(cx))?;
        }
        this.given.extend_from_slice(bytes);
        this.rewriter.translate_requests(&mut this.given, &mut this.outgoing)?;
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        Pin::new(&mut this.inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        ready!(this.poll_send(cx))?;
        // Without a login, this was a request to cancel, and the other side closes when it has seen to it. As `libpq` does,
        // we wait for that: PgBouncer 1.18 ends, with all of its connections, when the client is gone before.
        while !this.rewriter.is_logged_in() {
            let mut chunk = ReadBuf::new(&mut this.chunk);
            ready!(Pin::new(&mut this.inner).poll_read(cx, &mut chunk))?;
            if chunk.filled().is_empty() {
                break;
            }
        }
        Pin::new(&mut this.inner).poll_shutdown(cx)
    }
}

impl TlsStream for Unnamed {
    fn channel_binding(&self) -> ChannelBinding {
        self.inner.channel_binding()
    }
}
