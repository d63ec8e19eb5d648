import { drawBase } from './baseLayer.js';
import { drawLive } from './liveLayer.js';
import { MasksLayer } from './masksLayer.js';
import { EMPTY_SCENE, type Scene } from './scene.js';
import { Surface } from './surface.js';
import { fitView, type Size, type View } from './view.js';

/**
 * Draws a scene on three canvases, one above the other: the image, the masks that stand, and what follows the hand. A
 * layer is drawn again only where what it shows has changed, at most once for each frame of the screen.
 */
export class Stage {
  private readonly base: Surface;
  private readonly live: Surface;
  private readonly masks: MasksLayer;
  private readonly resizing: ResizeObserver;
  private readonly afterPaint = new Set<() => void>();
  private frame = 0;
  private scene: Scene = EMPTY_SCENE;
  private drawn: Scene | null = null;
  private drawnView: View | null = null;
  private fitted = true;
  private current: View = { scale: 1, x: 0, y: 0 };
  /** CSS pixels. */
  size: Size = { width: 1, height: 1 };

  /** @param onView called after the view has changed, whoever changed it. */
  constructor(
    private readonly host: HTMLElement,
    private readonly onView: (view: View) => void,
  ) {
    const surface = () => {
      const canvas = document.createElement('canvas');
      canvas.setAttribute('aria-hidden', 'true');
      host.append(canvas);
      return new Surface(canvas);
    };
    this.base = surface();
    this.masks = new MasksLayer(surface(), () => {
      this.drawnView = null;
      this.schedule();
    });
    this.live = surface();
    this.resizing = new ResizeObserver(() => this.resize());
    this.resizing.observe(host);
    this.resize();
  }

  get view(): View {
    return this.current;
  }

  /** Moves the view; from now on a resize keeps it. */
  setView(view: View): void {
    this.fitted = false;
    this.applyView(view);
  }

  /** Shows the whole image, also after later resizes. */
  fit(): void {
    this.fitted = true;
    const { image } = this.scene;
    if (image) this.applyView(fitView(image.size, this.size));
  }

  show(scene: Scene): void {
    // The same image may come again in a better quality: the view stays then.
    const { width, height } = this.scene.image?.size ?? { width: 0, height: 0 };
    const { size } = scene.image ?? {};
    this.scene = scene;
    if (size && (size.width !== width || size.height !== height)) this.fit();
    this.schedule();
  }

  /** Calls back once, right after the frame that shows the current scene has been handed to the screen. */
  onPainted(callback: () => void): void {
    this.afterPaint.add(callback);
    this.schedule();
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    this.resizing.disconnect();
    this.host.replaceChildren();
  }

  private applyView(view: View): void {
    this.current = view;
    this.onView(view);
    this.schedule();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.host;
    if (width === 0 || height === 0) return;
    this.size = { width, height };
    for (const layer of [this.base, this.masks, this.live]) layer.resize(this.size, devicePixelRatio);
    this.drawn = null;
    this.drawnView = null;
    if (this.fitted) this.fit();
    // Resized canvases are empty: fill them before the screen shows that.
    this.draw();
  }

  private schedule(): void {
    if (this.frame === 0) this.frame = requestAnimationFrame(() => this.draw());
  }

  private draw(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    const { scene, current: view, drawn } = this;
    const moved = view !== this.drawnView;
    if (moved || scene.image !== drawn?.image) drawBase(this.base, scene.image, view);
    if (moved || scene.masks !== drawn?.masks) this.masks.draw(scene.masks, view, moved && this.drawnView !== null);
    if (moved || scene.live !== drawn?.live) drawLive(this.live, scene.live, view);
    this.drawn = scene;
    this.drawnView = view;
    if (this.afterPaint.size > 0) {
      const callbacks = [...this.afterPaint];
      this.afterPaint.clear();
      // A message posted while a frame is made arrives after the frame was handed on.
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        for (const callback of callbacks) callback();
      };
      port2.postMessage(null);
    }
  }
}
