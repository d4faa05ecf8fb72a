#include "http/static.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "crypto/crypto.h"
#include "http/request.h"

enum { DEPTH_MAX = 8, FOLDER_MAX = 100, ETAG_BYTES = 16 };

struct statics {
    struct arena *arena;
    struct static_file *file; /* sorted by path */
    int n;
    size_t total;
    struct static_file page[2]; /* by language, when there is no build */
};

static const struct {
    const char *suffix, *type;
} types[] = {
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".txt", "text/plain; charset=utf-8"},
    {".wasm", "application/wasm"},
};

static bool ends_with(const char *s, const char *suffix)
{
    size_t n = strlen(s);
    size_t m = strlen(suffix);

    return n >= m && strcmp(s + n - m, suffix) == 0;
}

static const char *type_of(const char *path)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (ends_with(path, types[i].suffix))
            return types[i].type;
    return "application/octet-stream";
}

static void body_set(struct static_body *b, char *p, size_t n)
{
    uint8_t hash[SHA256_LEN];

    b->p = p;
    b->n = n;
    sha256(p, n, hash);
    b->etag[0] = '"';
    hex_encode(hash, ETAG_BYTES, b->etag + 1);
    memcpy(b->etag + 1 + 2 * ETAG_BYTES, "\"", 2);
}

/* --- reading the folder ----------------------------------------------------------------------- */

static bool bytes_read(int fd, char *p, size_t n)
{
    for (size_t got = 0; got < n;) {
        ssize_t r = read(fd, p + got, n - got);

        if (r <= 0)
            return false;
        got += (size_t)r;
    }
    return true;
}

static bool file_load(struct statics *s, const char *disk, const char *path, const char **why)
{
    struct static_file *f = &s->file[s->n];
    struct stat st;
    bool ok = false;
    int fd = open(disk, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *p;

    if (fd < 0 || fstat(fd, &st) < 0) {
        *why = arena_printf(s->arena, "%s: %s", disk, strerror(errno));
        goto out;
    }
    if (s->n == STATIC_FILES_MAX || st.st_size > STATIC_FILE_MAX ||
        (size_t)st.st_size > STATIC_TOTAL_MAX - s->total) {
        *why = arena_printf(s->arena, "%s: too many or too large files", disk);
        goto out;
    }
    p = arena_alloc(s->arena, (size_t)st.st_size);
    if (!bytes_read(fd, p, (size_t)st.st_size)) {
        *why = arena_printf(s->arena, "%s: cannot be read whole", disk);
        goto out;
    }
    f->path = path;
    f->type = type_of(path);
    f->immutable = str_starts(path, "/assets/");
    body_set(&f->body[CODING_PLAIN], p, (size_t)st.st_size);
    s->total += (size_t)st.st_size;
    s->n++;
    ok = true;
out:
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool folder_load(struct statics *s, const char *disk, const char *path, int depth,
                        const char **why)
{
    struct dirent *e;
    bool ok = true;
    DIR *d = opendir(disk);

    if (!d || depth > DEPTH_MAX) {
        *why = arena_printf(s->arena, "%s: %s", disk, d ? "nested too deep" : strerror(errno));
        ok = false;
        goto out;
    }
    while (ok && (e = readdir(d))) {
        const char *below = arena_printf(s->arena, "%s/%s", disk, e->d_name);
        const char *name = arena_printf(s->arena, "%s/%s", path, e->d_name);
        struct stat st;

        if (e->d_name[0] == '.' || lstat(below, &st) < 0)
            continue;
        if (S_ISDIR(st.st_mode))
            ok = folder_load(s, below, name, depth + 1, why);
        else if (S_ISREG(st.st_mode))
            ok = file_load(s, below, name, why);
    }
out:
    if (d)
        closedir(d);
    return ok;
}

static int file_compare(const void *a, const void *b)
{
    const struct static_file *x = a;
    const struct static_file *y = b;

    return strcmp(x->path, y->path);
}

static struct static_file *file_at(const struct statics *s, const char *path)
{
    struct static_file key = {.path = path};

    return s->n ? bsearch(&key, s->file, (size_t)s->n, sizeof key, file_compare) : NULL;
}

/* "x.js.gz" stops being a file of its own and becomes a variant of "x.js". */
static void variants_attach(struct statics *s, const char *suffix, enum static_coding coding)
{
    int kept = 0;

    for (int i = 0; i < s->n; i++) {
        struct static_file *f = &s->file[i];
        size_t n = strlen(f->path);
        struct static_file *plain = NULL;

        if (ends_with(f->path, suffix))
            plain = file_at(s, arena_strndup(s->arena, f->path, n - strlen(suffix)));
        if (plain) {
            plain->body[coding] = f->body[CODING_PLAIN];
            f->type = NULL;
        }
    }
    for (int i = 0; i < s->n; i++)
        if (s->file[i].type)
            s->file[kept++] = s->file[i];
    s->n = kept;
}

/* --- the page without a build ----------------------------------------------------------------- */

static const char page_zh[] =
    "<!doctype html>\n<html lang=\"zh-CN\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>五联 Wulian</title>\n"
    "<h1>五联 Wulian %s</h1>\n<p>服务正在运行。管理界面尚未安装，接口位于 "
    "<code>/api/v1/</code>。</p>\n<ul>\n"
    "<li>登录：<code>POST /api/v1/sessions</code>，正文 "
    "<code>{\"login\": \"姓名@431129\", \"password\": \"…\"}</code></li>\n"
    "<li>进程状态：<a href=\"/healthz\">/healthz</a></li>\n</ul>\n</html>\n";

static const char page_en[] =
    "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Wulian 五联</title>\n"
    "<h1>Wulian 五联 %s</h1>\n<p>The server is running. No console is installed; the API is at "
    "<code>/api/v1/</code>.</p>\n<ul>\n"
    "<li>Sign in: <code>POST /api/v1/sessions</code> with "
    "<code>{\"login\": \"name@431129\", \"password\": \"…\"}</code></li>\n"
    "<li>Process: <a href=\"/healthz\">/healthz</a></li>\n</ul>\n</html>\n";

static void page_make(struct statics *s, enum lang lang, char *text)
{
    s->page[lang].path = "/";
    s->page[lang].type = "text/html; charset=utf-8";
    body_set(&s->page[lang].body[CODING_PLAIN], text, strlen(text));
}

struct statics *statics_load(struct arena *a, const char *root, const char *version,
                             const char **why)
{
    struct statics *s = arena_alloc(a, sizeof *s);

    s->arena = a;
    if (!root) {
        page_make(s, LANG_ZH, arena_printf(a, page_zh, version));
        page_make(s, LANG_EN, arena_printf(a, page_en, version));
        return s;
    }
    s->file = arena_alloc(a, STATIC_FILES_MAX * sizeof *s->file);
    if (!folder_load(s, root, "", 0, why))
        return NULL;
    qsort(s->file, (size_t)s->n, sizeof *s->file, file_compare);
    variants_attach(s, ".gz", CODING_GZIP);
    variants_attach(s, ".br", CODING_BROTLI);
    return s;
}

/* --- serving ---------------------------------------------------------------------------------- */

/* The page of a folder, named with its last slash or without. */
static const struct static_file *folder_page(const struct statics *s, const char *path)
{
    char page[FOLDER_MAX + sizeof "/index.html"];
    size_t n = strlen(path);

    if (n > FOLDER_MAX)
        return NULL;
    snprintf(page, sizeof page, "%s%s", path, ends_with(path, "/") ? "index.html" : "/index.html");
    return file_at(s, page);
}

const struct static_file *static_find(const struct statics *s, const char *path, enum lang lang)
{
    const struct static_file *f = file_at(s, path);

    if (strcmp(path, "/") == 0 && s->page[lang].path)
        return &s->page[lang];
    return f ? f : folder_page(s, path);
}

enum static_coding static_coding_choose(const struct static_file *f, const char *accept)
{
    if (f->body[CODING_BROTLI].p && token_accepted(accept, "br"))
        return CODING_BROTLI;
    if (f->body[CODING_GZIP].p && token_accepted(accept, "gzip"))
        return CODING_GZIP;
    return CODING_PLAIN;
}
