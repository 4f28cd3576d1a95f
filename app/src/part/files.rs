//! A record's files: what is there, and a form for more.

use super::Token;
use super::state::badge;
use crate::api::{FileView, FilesView, PublishFile};
use crate::text;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::Fault;

/// The files and, for those who may, the form. It is a plain one: it is sent by the
/// browser itself, with script or without.
pub fn files(
    view: FilesView,
    back: String,
    publish: ServerAction<PublishFile>,
) -> impl IntoView + use<> {
    let FilesView { path, may_add, files } = view;
    let empty = files.is_empty() && !may_add;
    (!empty).then(|| {
        view! {
            <section class="card" id="files" aria-labelledby="files-title">
                <header><h2 id="files-title">"照片与文件"</h2></header>
                {refused()}
                {(!files.is_empty()).then(|| view! {
                    <ul class="files">
                        {files.into_iter().map(|file| row(file, &back, publish)).collect_view()}
                    </ul>
                })}
                {may_add.then(|| attach(path))}
            </section>
        }
    })
}

/// The form for more.
pub fn attach(path: String) -> impl IntoView {
    view! {
        <form class="pad form attach" method="post" action=path enctype="multipart/form-data">
            // Before the files, so that a form that is not ours sends none.
            <Token/>
            <div class="field">
                <label for="f-files">"添加照片或 PDF"</label>
                <input id="f-files" type="file" name="file" multiple accept="image/jpeg,image/png,application/pdf"/>
                <p class="note"><span class="soft small">"单个不超过 10 MB；公开时自动去除拍摄位置等信息。"</span></p>
            </div>
            <button class="quiet">"上传"</button>
        </form>
    }
}

/// Why the last form with files was refused.
pub fn refused() -> impl IntoView {
    let map = use_query_map();
    move || {
        let code = map.read().get("file")?;
        let sentence = match code.as_str() {
            "long" => text::fault(&Fault::FileTooLong { mib: 10 }),
            "many" => text::fault(&Fault::TooManyFiles { most: 30 }),
            "kind" => text::fault(&Fault::FileKind),
            "foreign" => "页面已过期，请刷新后重新上传。".into(),
            "forbidden" => "现在不能再添加文件。".into(),
            _ => "没有传上来，请检查信号后重试。".into(),
        };
        Some(view! { <p class="trouble" role="alert">{sentence}</p> })
    }
}

fn row(file: FileView, back: &str, publish: ServerAction<PublishFile>) -> impl IntoView + use<> {
    let href = format!("/files/{}", file.id);
    let what = if file.media.is_picture() {
        let alt = format!("照片 {}", file.name);
        view! { <img src=href.clone() alt=alt loading="lazy"/> }.into_any()
    } else {
        view! { <span class="paper" aria-hidden="true">"PDF"</span> }.into_any()
    };
    let id = file.id.to_string();
    let back = back.to_owned();
    let on = file.published;
    let act = file.may_publish.then(|| {
        form!(publish, "", <Token/>
            <input type="hidden" name="id" value=id/>
            <input type="hidden" name="back" value=back/>
            <button class="quiet" name="public" value=if on { "no" } else { "yes" }>
                {if on { "撤下" } else { "公开" }}
            </button>)
    });
    view! {
        <li>
            // A file is no page of ours: the router leaves it to the browser.
            <a href=href rel="external" target="_blank">{what}<span>{file.name}</span></a>
            <span class="small soft">{format!("{} · {} · {}", size(file.size), file.who, file.at.stamp())}</span>
            {on.then(|| badge("done", "已公开"))}
            {act}
        </li>
    }
}

/// Pictures that the public may see.
pub fn pictures(files: Vec<FileView>) -> impl IntoView {
    (!files.is_empty()).then(|| {
        let count = files.len();
        view! {
            <section class="card">
                <header><h2>"现场照片"</h2><span class="small soft">{format!("{count} 张")}</span></header>
                <ul class="files">
                    {files
                        .into_iter()
                        .map(|file| view! {
                            <li>
                                <a href=format!("/files/{}/public", file.id) rel="external" target="_blank">
                                    <img src=format!("/files/{}/public", file.id) alt=format!("现场照片，{}", file.at.stamp()) loading="lazy"/>
                                </a>
                                <span class="small soft">{file.at.stamp()}</span>
                            </li>
                        })
                        .collect_view()}
                </ul>
            </section>
        }
    })
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes / 1024),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes % (1 << 20)) * 10) >> 20),
    }
}
