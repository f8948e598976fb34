export const fixture = { orderId: '1' };
