//! Files go in by a form and come out to those who may see them.

use super::site::{Answer, TestSite};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use img_parts::jpeg::Jpeg;
use img_parts::{Bytes, ImageEXIF as _};

const PIXEL: &[u8] = include_bytes!("golden/pixel.jpg");

/// A JPEG in which a camera wrote where it was.
fn photo() -> Vec<u8> {
    let mut jpeg = Jpeg::from_bytes(Bytes::from_static(PIXEL)).expect("a picture");
    jpeg.set_exif(Some(Bytes::from_static(b"II*\0\x08\0\0\0\0\0GPS 32.4 105.8")));
    jpeg.encoder().bytes().to_vec()
}

/// Sends a file as a browser's form does.
async fn upload(site: &TestSite, path: &str, token: &str, name: &str, content: &[u8]) -> Answer {
    let mut body = Vec::new();
    let head = format!(
        "--cut\r\ncontent-disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n\
         --cut\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         content-type: image/jpeg\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(b"\r\n--cut--\r\n");
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut")
        .header("sec-fetch-site", "same-origin");
    site.send_body(request, Body::from(body)).await
}

fn kept(site: &TestSite) -> Vec<String> {
    site.site.read().attachments.iter().map(|a| a.id.to_string()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_handed_in_is_seen_by_those_who_may() {
    let mut site = TestSite::demo().await;
    site.sign_in("duty").await;
    let path = "/files/emergency/xq-demo-1";
    let done = upload(&site, path, &site.token(), "现场.png", &photo()).await;
    assert_eq!(done.location.as_deref(), Some("/emergencies/xq-demo-1#files"));
    // Sent again, as a phone does that did not hear the answer: still one file.
    upload(&site, path, &site.token(), "现场.png", &photo()).await;
    let ids = kept(&site);
    assert_eq!(ids.len(), 1);

    // The original, by its content and not by its name.
    let original = site.get(&format!("/files/{}", ids[0])).await;
    assert_eq!(original.status, StatusCode::OK);
    assert_eq!(original.headers[header::CONTENT_TYPE], "image/jpeg");
    let policy = original.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("text");
    assert!(policy.contains("sandbox"));
    assert!(original.body.contains("GPS 32.4"));

    // The public sees nothing of it until it is published, and then no more than the
    // picture.
    let public = format!("/files/{}/public", ids[0]);
    assert_eq!(site.get(&public).await.status, StatusCode::NOT_FOUND);
    site.submit("/api/files/publish", &format!("id={}&public=yes&back=/", ids[0])).await;
    let mut site = site;
    site.sign_in("firm01").await;
    assert_eq!(site.get(&format!("/files/{}", ids[0])).await.status, StatusCode::NOT_FOUND);
    let copy = site.get(&public).await;
    assert_eq!(copy.status, StatusCode::OK);
    assert!(!copy.body.contains("GPS"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_come_in_leaves_nothing_behind() {
    let mut site = TestSite::demo().await;
    let path = "/files/emergency/xq-demo-1";
    let refused = |answer: &Answer, code: &str| {
        let location = answer.location.clone().unwrap_or_default();
        assert!(location.contains(&format!("?file={code}#")), "{location}");
    };
    // The public did not report this one.
    refused(&upload(&site, path, "", "a.jpg", &photo()).await, "foreign");
    site.sign_in("firm01").await;
    let firm = site.token();
    refused(&upload(&site, path, &firm, "a.jpg", &photo()).await, "forbidden");
    site.sign_in("duty").await;
    refused(&upload(&site, path, "another session's", "a.jpg", &photo()).await, "foreign");
    let token = site.token();
    refused(&upload(&site, path, &token, "a.jpg", b"MZ, a program").await, "kind");
    // It begins like a photo and is none.
    refused(&upload(&site, path, &token, "a.jpg", b"\xff\xd8\xff\xe0 nothing").await, "kind");
    let mut long = photo();
    long.resize(10 * 1024 * 1024 + 1, 0);
    refused(&upload(&site, path, &token, "a.jpg", &long).await, "long");
    let nowhere = upload(&site, "/files/account/a-duty", &token, "a.jpg", &photo()).await;
    assert_eq!(nowhere.status, StatusCode::NOT_FOUND);
    assert!(kept(&site).is_empty());
}
