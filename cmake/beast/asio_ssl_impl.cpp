// Asio's TLS, compiled once (see asio_impl.cpp).
#include <boost/asio/ssl/impl/src.hpp>
