/** ImageNet's mean and deviation, which torchvision's networks expect to be taken off. */
export const MEAN = [0.485, 0.456, 0.406];
export const STD = [0.229, 0.224, 0.225];
