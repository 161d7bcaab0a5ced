// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include <sys/stat.h>

#include <socketiopp/http/grammar.hpp>
#include <socketiopp/http/request.hpp>
#include <socketiopp/http/response.hpp>

/// Static files as a fallback handler: `io.http(http::files("public"))`. For the files of a page, not for
/// downloads: a file is read as a whole, when it is asked for, by the thread that asks.
namespace socketiopp::http {

/// The media type for the ending of a file name.
inline std::string_view content_type(std::string_view name) {
  static constexpr std::pair<std::string_view, std::string_view> types[] = {
      {".html", "text/html; charset=utf-8"},
      {".css", "text/css; charset=utf-8"},
      {".js", "text/javascript; charset=utf-8"},
      {".mjs", "text/javascript; charset=utf-8"},
      {".txt", "text/plain; charset=utf-8"},
      {".md", "text/markdown; charset=utf-8"},
      {".json", "application/json"},
      {".map", "application/json"},
      {".webmanifest", "application/manifest+json"},
      {".xml", "application/xml"},
      {".pdf", "application/pdf"},
      {".wasm", "application/wasm"},
      {".svg", "image/svg+xml"},
      {".png", "image/png"},
      {".jpg", "image/jpeg"},
      {".jpeg", "image/jpeg"},
      {".gif", "image/gif"},
      {".webp", "image/webp"},
      {".ico", "image/x-icon"},
      {".woff", "font/woff"},
      {".woff2", "font/woff2"},
      {".mp3", "audio/mpeg"},
      {".mp4", "video/mp4"},
  };
  auto const dot = name.rfind('.');
  auto const ending = dot == std::string_view::npos ? std::string_view() : name.substr(dot);
  for (auto const& [known, type] : types) {
    if (same_name(known, ending)) return type;
  }
  return "application/octet-stream";
}

/// Serves the files of one folder, and nothing that is outside of it.
///
/// A folder is served by its `index.html`, and `/name` by `name.html` if there is no `name`. Whatever is
/// hidden (a name that starts with a dot) or led to by a symbolic link out of the folder is not found.
/// Responses carry a strong ETag made of the contents, so that browsers keep files and ask whether they
/// changed.
class files {
public:
  /// Takes a path, also a `std::filesystem::path`. Throws `std::system_error` naming the folder if it is not
  /// there.
  explicit files(std::string const& folder) {
    auto real = canonical(folder);
    if (!real) throw std::system_error(errno, std::generic_category(), folder);
    folder_ = std::move(*real);
    if (!S_ISDIR(look_at(folder_).st_mode))
      throw std::system_error(std::make_error_code(std::errc::not_a_directory), folder);
  }

  /// Answers with the file that the path of the request names.
  void operator()(request const& asked, response& answer) const { serve(asked.path, asked, answer); }

  /// Answers with the file of that name, relative to the folder, whatever the path of the request is.
  void send(std::string_view name, request const& asked, response& answer) const {
    serve('/' + std::string(name), asked, answer);
  }

  /// Whether there is a file of that name to send.
  bool has(std::string_view name) const { return find('/' + std::string(name)).has_value(); }

private:
  void serve(std::string_view path, request const& asked, response& answer) const {
    if (asked.method != "GET" && asked.method != "HEAD") {
      answer = text(405, "Method Not Allowed\n");
      answer.set("Allow", "GET, HEAD");
      return;
    }
    auto const file = find(path);
    auto contents = file ? read(*file) : std::nullopt;
    if (!contents) {
      answer = text(404, "Not Found\n");
      return;
    }
    auto const tag = entity_tag(*contents);
    answer = response{};
    answer.set("ETag", tag);
    answer.set("Cache-Control", "public, max-age=0");
    answer.set("X-Content-Type-Options", "nosniff");
    auto const held = [&](std::string const& one) { return asked.headers.has_token("if-none-match", one); };
    if (held(tag) || held("W/" + tag) || held("*")) {
      answer.status = 304;
      return;
    }
    answer.set("Content-Type", std::string(content_type(*file)));
    answer.body = std::move(*contents);
  }

  /// The file that a path stands for, if there is one that may be served.
  std::optional<std::string> find(std::string_view path) const {
    if (!is_plain(path)) return std::nullopt;
    auto const named = folder_ + std::string(path);
    for (std::string_view const ending : {"", "/index.html", ".html"}) {
      if (ending == ".html" && path.ends_with('/')) break;
      auto real = canonical(named + std::string(ending));
      if (real && is_inside(*real) && S_ISREG(look_at(*real).st_mode)) return real;
    }
    return std::nullopt;
  }

  /// Whether each segment of the path is the plain name of something visible; only the last may be empty.
  static bool is_plain(std::string_view path) {
    if (!path.starts_with('/') || path.find_first_of(std::string_view("\\\0", 2)) != std::string_view::npos) {
      return false;
    }
    return path.find("/.") == std::string_view::npos && path.find("//") == std::string_view::npos;
  }

  bool is_inside(std::string_view real) const {
    return real.starts_with(folder_) &&
           (folder_.ends_with('/') || real.substr(folder_.size()).starts_with('/'));
  }

  // The system's own functions: <filesystem> and <fstream> are half a second of the compile time of every
  // file with a server (g++ 12).

  /// The path without symbolic links, if there is such a file.
  static std::optional<std::string> canonical(std::string const& path) {
    auto* const real = ::realpath(path.c_str(), nullptr);
    if (!real) return std::nullopt;
    std::string kept(real);
    std::free(real);
    return kept;
  }

  /// What is at that path; something of no kind if it is gone.
  static struct ::stat look_at(std::string const& path) {
    struct ::stat found {};
    if (::stat(path.c_str(), &found) != 0) found = {};
    return found;
  }

  static std::optional<std::string> read(std::string const& file) {
    auto* const stream = std::fopen(file.c_str(), "rb");
    if (!stream) return std::nullopt;
    std::string contents(static_cast<std::size_t>(look_at(file).st_size), '\0');
    contents.resize(std::fread(contents.data(), 1, contents.size(), stream));
    std::fclose(stream);
    return contents;
  }

  /// FNV-1a, 64 bits: the same on every machine, unlike a time of change.
  static std::string entity_tag(std::string_view contents) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (auto const c : contents) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    std::string tag = "\"";
    for (auto shift = 60; shift >= 0; shift -= 4) tag += "0123456789abcdef"[(hash >> shift) & 15];
    return tag + '"';
  }

  std::string folder_;  // canonical: comparable with other canonical paths
};

}  // namespace socketiopp::http
