// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <socketiopp/adapter/concept.hpp>
#include <socketiopp/adapter/local.hpp>
#include <socketiopp/policies.hpp>
#include <socketiopp/server.hpp>

namespace {

namespace sio = socketiopp;
namespace core = socketiopp::core;
using policies = sio::default_policies;

/// One that counts, over the local one.
struct counting {
  int emitted = 0;

  template <class Policies> struct link : sio::adapter::local::link<Policies> {
    link(counting& in, core::namespace_<Policies>& of)
        : sio::adapter::local::link<Policies>(none, of), total(in) {}
    void emit(core::targets const&, sio::parser::outgoing const&) { ++total.emitted; }
    sio::adapter::local none;
    counting& total;
  };
};

struct without_links {};

struct deaf {
  template <class Policies> struct link : counting::link<Policies> {
    link(deaf&, core::namespace_<Policies>&);
    void fetch_sockets(core::targets const&, int);
  };
};

struct of_something {
  explicit of_something(int);
  template <class Policies> using link = sio::adapter::local::link<Policies>;
};

}  // namespace

TEST_CASE("adapter: the local one is a policy, and so is one that is made of it") {
  CHECK(sio::adapter::policy<sio::adapter::local, policies>);
  CHECK(sio::adapter::policy<counting, policies>);
}

TEST_CASE("adapter: one that lacks something is none") {
  CHECK_FALSE(sio::adapter::policy<without_links, policies>);
  CHECK_FALSE(sio::adapter::policy<deaf, policies>);
  CHECK_FALSE(sio::adapter::policy<of_something, policies>);
  CHECK_FALSE(sio::adapter::policy<int, policies>);
}
