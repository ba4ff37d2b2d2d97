use httparse::{EMPTY_HEADER, Response, Status, parse_chunk_size};

/// An answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Reply {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The most header fields of an answer.
const FIELDS: usize = 64;

impl Reply {
    /// The answer at the beginning of the bytes, and its length; `None` if it is not whole.
    ///
    /// # Errors
    ///
    /// Why the bytes are no answer of HTTP/1.1 whose end can be told (RFC 9112, section 6).
    pub fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, String> {
        let mut fields = [EMPTY_HEADER; FIELDS];
        let mut response = Response::new(&mut fields);
        let head = match response.parse(bytes).map_err(|error| error.to_string())? {
            Status::Complete(head) => head,
            Status::Partial => return Ok(None),
        };
        let status = response.code.unwrap_or(0);
        let field = |name: &str| {
            let mut named = response.headers.iter().filter(|it| it.name.eq_ignore_ascii_case(name));
            named.next().map(|it| String::from_utf8_lossy(it.value).trim().to_string())
        };
        let body = match (field("transfer-encoding"), field("content-length")) {
            (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => chunks(&bytes[head..])?,
            (Some(coding), _) => return Err(format!("a transfer-encoding of {coding}")),
            (None, Some(length)) => {
                let length = length.parse().map_err(|_| format!("a length of {length}"))?;
                bytes[head..].get(..length).map(|it| (it.to_vec(), length))
            }
            (None, None) => return Err("no content-length, and no chunks".into()),
        };
        Ok(body.map(|(body, length)| (Self { status, body }, head + length)))
    }
}

/// A body in chunks, and the length of all of them; `None` if they are not whole.
fn chunks(bytes: &[u8]) -> Result<Option<(Vec<u8>, usize)>, String> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let head = parse_chunk_size(&bytes[at..]).map_err(|_| "a chunk without a size")?;
        let Status::Complete((head, size)) = head else { return Ok(None) };
        let begin = at + head;
        let end = usize::try_from(size).ok().and_then(|size| begin.checked_add(size));
        let end = end.ok_or("a chunk that is too large")?;
        let (Some(chunk), Some(line)) = (bytes.get(begin..end), bytes.get(end..end + 2)) else {
            return Ok(None);
        };
        if line != b"\r\n" {
            return Err(
                "a chunk that does not end where it says, or fields behind the chunks".into()
            );
        }
        body.extend_from_slice(chunk);
        at = end + 2;
        if size == 0 {
            return Ok(Some((body, at)));
        }
    }
}
