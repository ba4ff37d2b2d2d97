use proptest::prelude::*;

use super::*;

const SEED: u64 = 5;

fn exchange(awaited: Awaited, requests: u32) -> Exchange {
    let asking = Asking { awaited, requests, upstream: ([127, 0, 0, 1], 8080).into() };
    Exchange::new(asking, 2, 7, SEED)
}

/// What the next answer may say.
fn right(exchange: &Exchange) -> Vec<String> {
    match exchange.asking.awaited {
        Awaited::Any => exchange.values().map(|it| format!("1 {it}")).collect(),
        _ => vec![exchange.all()],
    }
}

/// The bytes of an answer, with a length or in chunks of some sizes.
fn reply(status: u16, body: &str, chunks: &[usize]) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} Any\r\ndate: now\r\n");
    if chunks.is_empty() {
        text += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
        return text.into_bytes();
    }
    text += "transfer-encoding: chunked\r\n\r\n";
    let (mut rest, mut sizes) = (body, chunks.iter().cycle());
    while !rest.is_empty() {
        let size = sizes.next().map_or(1, |it| *it).clamp(1, rest.len());
        text += &format!("{size:x}\r\n{}\r\n", &rest[..size]);
        rest = &rest[size..];
    }
    (text + "0\r\n\r\n").into_bytes()
}

#[test]
fn a_request_names_what_is_to_be_asked_for() {
    let exchange = exchange(Awaited::Each, 3);
    let size = exchange.asking.bytes() as usize;
    let mut bytes = vec![0; 2 * size];
    exchange.fill(0, &mut bytes);
    let text = String::from_utf8(bytes.clone()).unwrap();
    let request =
        |first| format!("GET /each/{first}/3/127.0.0.1:8080 HTTP/1.1\r\nhost: pollbench\r\n\r\n");
    // The third of seven connections.
    assert_eq!(text, request("0000000006") + &request("0000000027"));
    // Whatever is left of it is the same.
    let mut rest = vec![0; 2 * size - 9];
    exchange.fill(9, &mut rest);
    assert_eq!(rest, bytes[9..]);
}

#[test]
fn what_is_not_the_answer_is_told() {
    let right = exchange(Awaited::All, 3).all();
    for (bytes, words) in [
        (reply(200, "3 1", &[]), "status 200 and 3 1"),
        (reply(502, &right, &[]), "status 502"),
        (reply(200, "", &[]), "status 200 and "),
        (b"nothing at all\r\n\r\n".to_vec(), "HTTP"),
        (b"HTTP/1.1 200 OK\r\n\r\n".to_vec(), "no content-length"),
        ([reply(200, &right, &[]), b"H".to_vec()].concat(), "more bytes"),
        (vec![b'H'; LONGEST + 1], "HTTP"),
        ([b"HTTP/1.1 200 OK\r\nx: ".to_vec(), vec![b'x'; LONGEST]].concat(), "a short answer"),
    ] {
        let mut exchange = exchange(Awaited::All, 3);
        exchange.read(&bytes, exchange.asking.bytes().into());
        let wrong = exchange.wrong().map(ToString::to_string).unwrap_or_default();
        assert!(wrong.contains(words), "no {words:?} in {wrong:?}");
    }
}

#[test]
fn the_first_answer_is_any_of_them_and_no_other() {
    let exchange = exchange(Awaited::Any, 3);
    let values: Vec<u64> = exchange.values().collect();
    assert!(values.iter().all(|it| exchange.is_right(&format!("1 {it}"))));
    let other = value(SEED, exchange.first(1));
    for body in [format!("1 {other}"), format!("2 {}", values[0]), "1".into(), String::new()] {
        assert!(!exchange.is_right(&body), "{body}");
    }
}

proptest! {
    #[test]
    fn right_answers_are_right_in_whatever_pieces(
        awaited in prop::sample::select(Awaited::ALL.to_vec()),
        requests in 1..20_u32,
        chunks in prop::collection::vec(0..9_usize, 0..4),
        cuts in prop::collection::vec(1..40_usize, 1..20),
        chosen in any::<prop::sample::Index>(),
    ) {
        let mut exchange = exchange(awaited, requests);
        for answered in 0..3 {
            let mut expected = right(&exchange);
            let bytes = reply(200, &expected.swap_remove(chosen.index(expected.len())), &chunks);
            let mut rest = &bytes[..];
            let mut cuts = cuts.iter().cycle();
            while !rest.is_empty() {
                prop_assert_eq!(exchange.answered(), answered);
                let (piece, after) = rest.split_at((*cuts.next().unwrap()).min(rest.len()));
                exchange.read(piece, 10 * u64::from(exchange.asking.bytes()));
                prop_assert_eq!(exchange.wrong(), None);
                rest = after;
            }
            prop_assert_eq!(exchange.answered(), answered + 1);
        }
    }

    #[test]
    fn any_bytes_are_an_answer_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
        let _ = Reply::parse(&[&b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"[..], &bytes].concat());
        let _ = Reply::parse(&bytes);
    }

    #[test]
    fn a_delay_is_a_share(seed: u64, number: u32, longest: u64) {
        prop_assert!(delay(seed, number, longest) <= longest);
    }
}
