export function aquarium(){}
