//! placeholder
use leptos as _;
use leptos_meta as _;
use leptos_router as _;
