// What the page knows: the shop, its customers, the open thread, and each customer's cart.

export const state = {
  shop: null,
  customers: new Map(),
  current: null,
  messages: new Map(),
  links: new Map(),
  orders: new Map(),
  typing: false,
};

export const customer = () => state.customers.get(state.current);
export const product = (retailerId) => state.shop.catalog.products.find((one) => one.retailer_id === retailerId);
export const priceOf = (one) => one.sale_price ?? one.price;

const key = () => `cart:${state.current}`;

export function cart() {
  try {
    return new Map(Object.entries(JSON.parse(localStorage.getItem(key()) ?? "{}")).filter(([id]) => product(id)));
  } catch {
    return new Map();
  }
}

export function setQuantity(retailerId, quantity) {
  const lines = cart();
  if (quantity > 0) lines.set(retailerId, Math.min(quantity, 99));
  else lines.delete(retailerId);
  localStorage.setItem(key(), JSON.stringify(Object.fromEntries(lines)));
  document.dispatchEvent(new CustomEvent("cart"));
}

export function emptyCart() {
  localStorage.removeItem(key());
  document.dispatchEvent(new CustomEvent("cart"));
}

export function cartTotal() {
  let [count, total] = [0, 0];
  for (const [id, quantity] of cart()) {
    count += quantity;
    total += quantity * priceOf(product(id));
  }
  return { count, total };
}
