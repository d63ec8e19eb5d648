export function street(){}
