// Runs only where modules do not: says which browser to use.
document.getElementById('app').textContent =
  '您的浏览器版本过低。请使用 Chrome、Edge、360 安全浏览器（极速模式）等 Chromium 86 及以上内核的浏览器。';
